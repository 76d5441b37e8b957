"""Whatever is done to a spec, the answer is diagnostics with places.

`python benchmarks/mutations.py` makes more of the same edits of the real spec, and takes the time.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.mutations import answer, copied
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
        text = compilation.sources[fault.span.file].decode("utf-8", "replace")
        lines = re.split("\r\n|\r|\n", text)
        assert 1 <= fault.span.line <= len(lines) + 1
        assert fault.span.column >= 1
        assert fault.message.isprintable()
    render(compilation.diagnostics, compilation.sources, "text")
    json.loads(render(compilation.diagnostics, compilation.sources, "json"))


MOST_SECONDS = 4.0
"""Twice the target of the benchmark, since other tests may run beside this one."""


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    with copied() as root:
        yield root


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(choose=st.randoms(use_true_random=False))
def test_the_edited_real_spec_always_has_an_answer(copy: Path, choose: random.Random) -> None:
    assert answer(copy, choose).seconds < MOST_SECONDS


def mutate(path: Path, position: float, length: int, snippet: str) -> None:
    """Replace some characters of a file."""
    text = path.read_text(encoding="utf-8")
    start = int(position * len(text))
    path.write_bytes((text[:start] + snippet + text[start + length :]).encode("utf-8", "replace"))
