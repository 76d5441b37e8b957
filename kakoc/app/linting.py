"""`lint`: the findings of a run, or of data of others. Knows where data lie, not what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kakoc.app.asking import load_ir
from kakoc.app.checking import checked
from kakoc.app.importing import read_prototype
from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.lint.finding import Finding
from kakoc.lint.ground import Ground
from kakoc.lint.linter import Linted, lint
from kakoc.project import Project
from kakoc.store.kakoverse import is_checkout
from kakoc.store.runs import RunFolder, find_run

TURNS_OF_PROTOTYPE = 10
"""The prototype asked for 10 to 20 turns."""

__all__ = ["Finding", "Linted", "lint_data"]


def lint_data(project: Project, target: str) -> Linted:
    """The findings of a run (id, path or `latest`) or of a checkout of the prototype's data.

    A run of our own is held against the spec that it was made of, imported data against the
    project's present one.

    Raises:
        SpecError: the spec has errors.
        StoreError: there is no such run, or it is not finished.
    """
    if is_checkout(Path(target)):
        _, ir = checked(project)
        read = read_prototype(ir, Path(target))
        return lint(_imported(ir), read.personas, read.conversations)
    folder = find_run(project.artifacts, target)
    if folder.manifest is None:
        raise StoreError(f"run {folder.id} is not finished", "the command that began it goes on")
    return lint(_ground(project, folder), _read(folder, "personas"), _read(folder, "conversations"))


def _ground(project: Project, folder: RunFolder) -> Ground:
    config = folder.config
    if "imported" in config:
        return _imported(checked(project)[1])
    ir = load_ir(project, config["build"])
    return Ground(ir, min_turns=config.get("profile", {}).get("min_turns", 1))


def _imported(ir: Ir) -> Ground:
    return Ground(ir, imported=True, min_turns=TURNS_OF_PROTOTYPE)


def _read(folder: RunFolder, name: str) -> Iterable[Any]:
    return folder.read(name)
