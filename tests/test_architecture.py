"""Who may import whom. `ALLOWED` is the table of the design; a room's row is all it may know."""

from __future__ import annotations

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from source_kit import Import, dotted, imports, python_files, read_imports, relative, unit

import kakoc

LEAVES = "types errors diagnostics ir ports"
ROOMS = "lang emit plan project registry lm judging lint run store viewer app cli"
ALLOWED = {
    "types": "",
    "errors": "types",
    "diagnostics": "types errors",
    "ir": "types errors diagnostics",
    "ports": "types ir",
    "lang": "ir diagnostics errors",
    "emit": "ir types errors",
    "plan": "ir diagnostics types errors",
    "project": "errors",
    "registry": "ir diagnostics errors",
    "lm": "ports types errors",
    "judging": "ports ir diagnostics types errors",
    "lint": "judging ir types errors",
    "store": "ports types errors",
    # Models, stores, trackers and embedders are handed in: neither lm nor store is here.
    "run": "emit plan judging lint registry ports ir types errors",
    "viewer": "ports judging ir types errors",
    "app": f"{LEAVES} {ROOMS.removesuffix(' cli')}",
    "cli": "app diagnostics types errors",
    "__init__": "judging run types",  # the names for a project's own code, each loaded on first use
    "__main__": "cli",
}
"""Unit of `kakoc/` -> units it may import; a unit may always import itself."""

EVERYWHERE = ("kakoc", "modules", "optimizers", "benchmarks", "tests")
BUILT_WITH = {"dspy", "pydantic"} | sys.stdlib_module_names
"""What a compiled program may count on."""
MOST_LINES = 500

KAKOC = [found for path in python_files("kakoc") for found in imports(path)]
ROLES = [path for path in python_files("modules") if path.parent.name == "modules"]
RUNTIME = python_files("kakoc/emit/runtime")
PROJECT_CODE = python_files("modules/judges", "optimizers")


def forbidden(found: Import) -> bool:
    if found.package != "kakoc":
        return False
    here, there = unit(found.path), unit(found.module)
    return here != there and there not in ALLOWED[here].split()


def test_every_unit_has_a_row() -> None:
    assert {unit(relative(path)) for path in python_files("kakoc")} <= ALLOWED.keys()


def test_rooms_import_only_what_their_row_allows() -> None:
    assert not [str(found) for found in KAKOC if forbidden(found)]


def test_no_module_imports_itself_by_a_detour() -> None:
    graph: dict[str, set[str]] = {dotted(path): set() for path in python_files("kakoc")}
    for path in python_files("kakoc"):
        graph[dotted(path)] |= {found.module for found in imports(path)} & graph.keys()
    TopologicalSorter(graph).prepare()  # CycleError names the detour


@pytest.mark.parametrize("path", [*ROLES, *RUNTIME], ids=relative)
def test_what_is_copied_into_a_build_needs_nothing_but_dspy_and_pydantic(path: Path) -> None:
    home = relative(path.parent).replace("/", ".")
    found = [each for each in imports(path) if not each.module.startswith(home)]
    assert not [str(each) for each in found if each.package not in BUILT_WITH]


@pytest.mark.parametrize("path", PROJECT_CODE, ids=relative)
def test_a_projects_code_takes_only_public_names_of_kakoc(path: Path) -> None:
    taken = [found for found in imports(path) if found.package == "kakoc"]
    assert not [
        str(found)
        for found in taken
        if found.module != "kakoc" or not found.names or set(found.names) - set(kakoc.__all__)
    ]


@pytest.mark.parametrize("name", kakoc.__all__)
def test_a_public_name_of_kakoc_is_there(name: str) -> None:
    assert getattr(kakoc, name) is not None


@pytest.mark.parametrize("path", python_files(*EVERYWHERE), ids=relative)
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text)), f"{relative(path)} has no docstring"


@pytest.mark.parametrize(
    "statement",
    [
        "import kakoc.store.runs",
        "from kakoc.store import runs",
        "from ..store import runs",
        "def late():\n    from kakoc.store.runs import RunFolder",
        "if TYPE_CHECKING:\n    from kakoc.store.runs import RunFolder",
        "importlib.import_module('kakoc.store.runs')",
    ],
)
def test_no_way_of_importing_hides_from_the_table(statement: str) -> None:
    (found,) = read_imports(statement, "kakoc/run/pairs.py", "kakoc.run")
    assert found.module == "kakoc.store.runs"
    assert found.line == len(statement.splitlines())
    assert forbidden(found)
