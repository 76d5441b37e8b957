"""The starter follows from this repository's project, file by file.

`pytest --update-golden` writes it anew after an edit of `spec/`, `modules/` or `optimizers/`.
"""

from __future__ import annotations

import pytest
from source_kit import STARTER
from starter_kit import KEPT, OWN, files_below, starter_files, write_starter

from kakoc.ir import Ir
from kakoc.lang import compile_spec


@pytest.fixture(scope="module")
def starter_ir() -> Ir:
    compiled = compile_spec(STARTER, STARTER / "spec")
    assert compiled.ir, compiled.diagnostics
    return compiled.ir


def test_the_starter_is_the_project_with_its_world_cut_down(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-golden"):
        write_starter()
    expected = starter_files()
    found = {
        path.relative_to(STARTER).as_posix(): path.read_bytes() for path in files_below(STARTER)
    }
    assert found.keys() == expected.keys() | OWN
    stale = [name for name, data in expected.items() if found[name] != data]
    assert not stale, "`pytest tests/test_starter.py --update-golden` writes them anew"


@pytest.mark.parametrize("kind", KEPT)
def test_what_is_kept_is_there(kind: str, starter_ir: Ir) -> None:
    assert {entry.id for entry in getattr(starter_ir, kind)} == KEPT[kind]


def test_what_is_not_of_the_world_is_whole(starter_ir: Ir, ir: Ir) -> None:
    world = {"project", "places", "styles", *KEPT}
    rest = [name for name in Ir.model_fields if name not in world]
    assert [name for name in rest if getattr(starter_ir, name) != getattr(ir, name)] == []
