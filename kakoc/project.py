"""Find the project and load its Python code. Knows folders and imports, not specs.

A project is a folder with `spec/`, `modules/` and `optimizers/`. The two packages are imported
under their plain names from the project's root and from nowhere else; the root goes to the *end*
of `sys.path`, so that a stray `yaml.py` in it shadows nothing.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from kakoc.errors import ProjectError

PACKAGES = ("modules", "optimizers")


@dataclass(frozen=True, slots=True)
class Project:
    """Where everything of one project lies."""

    root: Path
    spec: Path
    artifacts: Path

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def find_project(start: Path, spec: Path | None = None, artifacts: Path | None = None) -> Project:
    """The project around `spec`, or else around `start`: the nearest parent with a `spec/` folder.

    Raises:
        ProjectError: there is none.
    """
    if spec is not None:
        spec = spec.resolve()
        _require_spec(spec)
        root = spec.parent
    else:
        start = start.resolve()
        holders = (folder for folder in (start, *start.parents) if (folder / "spec").is_dir())
        found = next(holders, None)
        if found is None:
            raise ProjectError(
                f"no `spec/` folder in {start} or above",
                "run inside a project, or give --project DIR",
            )
        root, spec = found, found / "spec"
    return Project(root, spec, (artifacts or root / "artifacts").resolve())


def _require_spec(folder: Path) -> None:
    """A folder of anything else is refused here, before every file below it would be read."""
    if not folder.is_dir():
        raise ProjectError(f"{folder} is not a folder", "give the folder that holds cities.yaml")
    if not any(folder.glob("*.yaml")):
        inner = folder / "spec"
        hint = f"did you mean {inner}?" if inner.is_dir() else "give the folder of cities.yaml"
        raise ProjectError(f"{folder} is not a spec: it holds no YAML file", hint)


def source_files(project: Project) -> dict[str, bytes]:
    """The Python files and promoted prompts of the project, by path relative to its root."""
    found = {}
    for name in PACKAGES:
        for pattern in ("*.py", "promoted/*.json"):
            for path in sorted((project.root / name).rglob(pattern)):
                found[project.relative(path)] = path.read_bytes()
    return found


def load_module(project: Project, name: str) -> ModuleType:
    """Import `modules...` or `optimizers...` of this project, or any installed module.

    Raises:
        ProjectError: it cannot be imported, or a package of another project came in its place.
    """
    root = str(project.root)
    if root not in sys.path:
        sys.path.append(root)
    package = name.split(".")[0]
    try:
        module = importlib.import_module(name)
        if package in PACKAGES:
            _refuse_foreign(project, importlib.import_module(package))
    except ImportError as error:
        raise ProjectError(
            f"cannot import {name}: {error}", f"does {name} exist in {root}?"
        ) from error
    return module


def _refuse_foreign(project: Project, package: ModuleType) -> None:
    places = [package.__file__] if package.__file__ else list(package.__path__)
    origin = Path(str(places[0])).resolve()
    if not origin.is_relative_to(project.root):
        raise ProjectError(
            f"`{package.__name__}` resolves to {origin}, outside of the project {project.root}",
            f"add an __init__.py to {project.root / package.__name__}, or remove the other package",
        )
