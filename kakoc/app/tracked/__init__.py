"""Stages as a tracker keeps them, read from the folders they left. Knows no tracker.

A kind of stage is one entry of `KINDS`; what a run folder holds, its config says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kakoc.app.tracked import building, judged_file
from kakoc.app.tracked.common import Stage
from kakoc.app.tracked.conversations import conversations_of, source_of
from kakoc.app.tracked.pairing import pairs_of
from kakoc.app.tracked.searching import KIND as SEARCH
from kakoc.app.tracked.searching import search_of
from kakoc.errors import StoreError, boundary
from kakoc.ports import Tracked
from kakoc.project import Project
from kakoc.store.runs import RunFolder

__all__ = ["KINDS", "Gone", "Kind", "Stage"]


class Gone(StoreError):
    """The stage is no longer there, or is being made anew."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of stage is read."""

    key: Callable[[Project, Stage], str]
    """Its key alone, which takes no time."""
    read: Callable[[Project, Stage], Tracked]
    after: Callable[[Project, Stage], Stage | None]
    """The stage that it goes on from."""


def _folder(stage: Stage) -> RunFolder:
    folder = RunFolder(Path(stage.name))
    if folder.manifest is None:
        raise Gone(f"run {folder.id} is not finished or gone")
    return folder


def _run_key(project: Project, stage: Stage) -> str:
    # Not the name of the folder: two folders may be called the same.
    folder = _folder(stage)
    return str((folder.manifest or {}).get("run", folder.id))


def _read_run(project: Project, stage: Stage) -> Tracked:
    folder = _folder(stage)
    with boundary(StoreError, str(folder.path), "it may be of another version of kakoc"):
        return RUNS[folder.config.get("stage")](project, folder, stage)


def _read_pairs(project: Project, stage: Stage) -> Tracked:
    return pairs_of(project, _folder(stage), stage)


def _after_run(project: Project, stage: Stage) -> Stage | None:
    folder = _folder(stage)
    source = source_of(folder)
    if source:
        return Stage("run", str(source))
    build = (folder.manifest or {}).get("build")
    return Stage(building.KIND, build) if build else None


def _run_of_pairs(project: Project, stage: Stage) -> Stage:
    return Stage("run", stage.name)


def _pairs_key(project: Project, stage: Stage) -> str:
    with contextlib.suppress(KeyError):
        matched = bool((_folder(stage).manifest or {})["pairs"].get("length_matched"))
        return f"{_run_key(project, stage)}/{'matched-' if matched else ''}pairs"
    raise Gone("the run has no pairs")


RUNS: dict[str | None, Callable[[Project, RunFolder, Stage], Tracked]] = {
    None: conversations_of,
    SEARCH: search_of,
}
"""By `stage` of a run's config; a run of conversations names none."""

KINDS: dict[str, Kind] = {
    building.KIND: Kind(building.key, building.read, lambda *_: None),
    "run": Kind(_run_key, _read_run, _after_run),
    "pairs": Kind(_pairs_key, _read_pairs, _run_of_pairs),
    judged_file.KIND: Kind(judged_file.key, judged_file.read, judged_file.after),
}
