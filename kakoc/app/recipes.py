"""The recipes of a project: files of `optimizers/` that can search. Knows none by name."""

from __future__ import annotations

import difflib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kakoc.errors import KakocError, ProjectError
from kakoc.project import Project, load_module
from kakoc.types import digest

FOLDER = "optimizers"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One file of `optimizers/`."""

    name: str
    about: str
    calls: int
    """Model calls, unless the command line says otherwise."""
    stops_itself: bool
    search: Callable[[Any], Any]
    code: str
    """Digest of its file, so that another recipe makes another run."""


def recipe_names(project: Project) -> list[str]:
    paths = sorted((project.root / FOLDER).glob("*.py"))
    return [path.stem for path in paths if not path.stem.startswith("_")]


def load_recipe(project: Project, name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        KakocError: there is none, or a package that it needs is missing.
        ProjectError: the file is no recipe.
    """
    names = recipe_names(project)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        did_you_mean = f"did you mean {near[0]}? " if near else ""
        raise KakocError(f"no recipe {name!r}", f"{did_you_mean}there are: {', '.join(names)}")
    module = load_module(project, f"{FOLDER}.{name}")
    _require_packages(name, getattr(module, "NEEDS", ()))
    try:
        about, calls, search = str(module.ABOUT), int(module.CALLS), module.search
    except (AttributeError, TypeError, ValueError) as error:
        raise ProjectError(
            f"{FOLDER}/{name}.py is no recipe: {error}",
            f"{FOLDER}/template.py shows what one has: ABOUT, CALLS, search",
        ) from error
    code = digest((project.root / FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    return Recipe(name, about, calls, bool(getattr(module, "STOPS_ITSELF", False)), search, code)


def _require_packages(name: str, needed: tuple[str, ...]) -> None:
    missing = [package for package in needed if importlib.util.find_spec(package) is None]
    if missing:
        raise KakocError(
            f"recipe {name} needs {', '.join(missing)}", f"pip install {' '.join(missing)}"
        )
