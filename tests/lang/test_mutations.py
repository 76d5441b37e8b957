"""Whatever is done to the text of a spec, the answer is diagnostics with places."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kakoc.lang import compile_spec
from kakoc.lang.render import render

MINIMAL = Path(__file__).parent / "minimal"
FILES = sorted(
    path.relative_to(MINIMAL).as_posix() for path in MINIMAL.rglob("*") if path.is_file()
)
SNIPPETS = (
    *("", " ", "\n", ":", "- ", "{", "]", "'", '"', "&a ", "*a", "!x ", "<<: ", "\t", "no", "-1"),
    *(
        "1e9",
        "null",
        "{language}",
        "é",
        "日本",
        "\0",
        "#",
        "| \n",
        "? ",
        "%",
        "@",
        "[[[[",
        "id: id\n",
    ),
)

mutations = st.tuples(
    st.sampled_from(FILES),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 40),
    st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(mutations, min_size=1, max_size=3))
def test_mutated_specs_give_diagnostics(edits: list[tuple[str, float, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(MINIMAL, Path(folder) / "project"))
        for file, position, length, snippet in edits:
            mutate(root / file, position, length, snippet)
        compilation = compile_spec(root, root / "spec")
    assert (compilation.ir is None) == any(f.severity == "error" for f in compilation.diagnostics)
    for fault in compilation.diagnostics:
        lines = compilation.sources[fault.span.file].decode("utf-8", "replace").split("\n")
        assert 1 <= fault.span.line <= len(lines) + 1
        assert fault.span.column >= 1
        assert fault.message.isprintable()
    render(compilation.diagnostics, compilation.sources, "text")
    json.loads(render(compilation.diagnostics, compilation.sources, "json"))


def mutate(path: Path, position: float, length: int, snippet: str) -> None:
    """Replace some characters of a file."""
    text = path.read_text(encoding="utf-8")
    start = int(position * len(text))
    path.write_bytes((text[:start] + snippet + text[start + length :]).encode("utf-8", "replace"))
