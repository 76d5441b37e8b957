"""Golden files: one spec file each, its expected diagnostics as a trailing comment.

The first line names the file of the minimal project that is replaced.
`pytest --update-golden` rewrites the comments; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kakoc.lang.render import render

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.yaml"))
MARK = "\n# expected:\n"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path, compile_with: Any, pytestconfig: pytest.Config) -> None:
    text, _, expected = path.read_text(encoding="utf-8").partition(MARK)
    replaced = text.splitlines()[0].removeprefix("# ")
    compilation = compile_with({replaced: text + "\n"})
    found = commented(render(compilation.diagnostics, compilation.sources, "text"))
    if pytestconfig.getoption("--update-golden"):
        path.write_text(text + MARK + found, encoding="utf-8")
        return
    assert compilation.diagnostics
    assert found == expected


def commented(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
