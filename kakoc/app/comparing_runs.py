"""`runs compare`: what two runs were asked, what came of them, and which prompts spoke.

Says the same numbers as the tracker is told, from the folders alone; nobody is asked.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.app.tracked import KINDS, Stage
from kakoc.app.tracked.searching import KIND as SEARCH
from kakoc.app.tracked.words import Line, state_words, words_of
from kakoc.ports import Point
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.store.files import read_json
from kakoc.store.runs import RunFolder, find_run

BESIDE = ("difference", "share", "value", "mean")
"""Last parts of a name whose interval stands beside them, not below."""
LEFT_OUT = ("progress/", "dev/", "spent/")
"""How it grew is MLflow's to show; where it ended is said under another name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, with its interval where it has one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Reworded:
    """A line of a prompt that one of the runs has otherwise."""

    role: str
    part: str
    before: str
    """Empty: only the other run has it."""
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What lies between two runs."""

    a: str
    b: str
    parameters: dict[str, tuple[str | None, str | None]]
    """Those that differ."""
    metrics: dict[str, tuple[Figure | None, Figure | None]]
    """All."""
    prompts: list[Reworded]
    roles: list[str]
    """Roles whose prompts were compared."""


@dataclass(frozen=True, slots=True)
class _Side:
    id: str
    params: Mapping[str, str]
    figures: dict[str, Figure]
    prompts: dict[str, list[Line]]


def compare_runs(project: Project, one: str, other: str) -> Comparison:
    """Compare two finished runs.

    Raises:
        StoreError: one of them is not there, is not finished or cannot be read.
    """
    a, b = (_side(project, find_run(project.artifacts, name)) for name in (one, other))
    roles = [role for role in a.prompts if role in b.prompts]
    return Comparison(
        a=a.id,
        b=b.id,
        parameters={
            name: (a.params.get(name), b.params.get(name))
            for name in dict.fromkeys((*a.params, *b.params))
            if a.params.get(name) != b.params.get(name)
        },
        metrics={
            name: (a.figures.get(name), b.figures.get(name))
            for name in dict.fromkeys((*a.figures, *b.figures))
        },
        prompts=[c for role in roles for c in _reworded(role, a.prompts[role], b.prompts[role])],
        roles=roles,
    )


def _side(project: Project, folder: RunFolder) -> _Side:
    stage = Stage("run", str(folder.path))
    run = KINDS["run"].read(project, stage)
    params, points = dict(run.params), list(run.points)
    if (folder.path / "pairs.jsonl").exists():
        pairs = KINDS["pairs"].read(project, stage)
        points += pairs.points
        params["length_matched"] = pairs.params["length_matched"]
    return _Side(folder.id, params, _figures(points), _prompts(project, folder))


def _figures(points: Sequence[Point]) -> dict[str, Figure]:
    values = {p.name: p.value for p in points if not p.name.startswith(LEFT_OUT)}
    found, bounds = {}, set()
    for name, value in values.items():
        base, _, last = name.rpartition("/")
        above = base if last in BESIDE else name
        low, high = f"{above}/low", f"{above}/high"
        if low in values and high in values:
            bounds |= {low, high}
            found[name] = Figure(value, values[low], values[high])
        else:
            found[name] = Figure(value)
    return {name: figure for name, figure in found.items() if name not in bounds}


def _prompts(project: Project, folder: RunFolder) -> dict[str, list[Line]]:
    """By role, the words that spoke: those of the build, or the best that a search found."""
    manifest = folder.manifest or {}
    if folder.config.get("stage") == SEARCH:
        best = read_json(folder.path / "candidates" / f"{manifest['best']:03d}.json")
        return {best["role"]: words_of(best["predictors"])}
    build = Builds(project.artifacts).manifest(str(manifest.get("build")))
    if build is None or "models" not in folder.config:
        return {}
    place = Builds(project.artifacts).folder(build["fingerprint"])
    paths = [place / path for path in build["files"] if "/state/" in path]
    return {path.stem: words_of(state_words(read_json(path))) for path in paths}


def _reworded(role: str, before: Sequence[Line], after: Sequence[Line]) -> list[Reworded]:
    changes = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            changes += _paired(role, before[a:b], after[c:d])
    return changes


def _paired(role: str, before: Sequence[Line], after: Sequence[Line]) -> list[Reworded]:
    """Lines of one part in their order; what has no partner came or went."""
    changes = []
    for part in dict.fromkeys(part for part, _ in (*before, *after)):
        old, new = ([text for p, text in side if p == part] for side in (before, after))
        for index in range(max(len(old), len(new))):
            texts: list[Any] = [side[index] if index < len(side) else "" for side in (old, new)]
            changes.append(Reworded(role, part, *texts))
    return changes
