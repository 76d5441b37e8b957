"""Runs that hold conversations, as a tracker keeps them: generated, judged anew, or imported.

Numbers of all of them; words only of a few conversations, and only of those that our own models
spoke. What Seekers think, and raw replies that failed, are told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kakoc.app.tracked.common import (
    Stage,
    as_json,
    build_params,
    file_digest,
    numbers,
    revision,
    seen_from,
    table,
)
from kakoc.app.tracked.progress import growing
from kakoc.app.tracked.scores import intervals
from kakoc.app.tracked.talks import sample
from kakoc.ports import DataSet, Point, Tracked
from kakoc.project import Project
from kakoc.store.runs import RunFolder
from kakoc.types import Conversation

GROUPS = {
    "counts": "conversations",
    **{name: name for name in ("variants", "calls", "tokens", "unscored", "unsafe", "turns")},
}
"""Part of a manifest -> the name that its numbers have in MLflow."""
SINGLE = ("seconds", "tokens_per_second", "cached_share", "cost")


def conversations_of(project: Project, folder: RunFolder, stage: Stage) -> Tracked:
    """A finished run that holds conversations."""
    config, manifest = folder.config, folder.manifest or {}
    talks = list(folder.read("conversations"))
    events = list(folder.events())
    ours = "profile" in config and "models" in config
    kind = "generate" if ours else "judge" if "judged_from" in config else "import"
    ended = (folder.path / "manifest.json").stat().st_mtime
    build = manifest.get("build")
    return Tracked(
        key=manifest.get("run", folder.id),
        name=folder.id,
        params={**build_params(project, build), **_params(manifest), **revision(stage.facts)},
        points=[*_points(manifest), *intervals(talks), *growing(events, talks)],
        tags={"kakoc.stage": kind, **({"kakoc.build": build} if build else {}), **_made(folder)},
        begun=ended - float(manifest.get("seconds") or 0),
        ended=ended,
        inputs=_inputs(project, folder, manifest),
        files=_files(folder, config, manifest, talks),
        traces=sample(talks, events) if ours else (),
    )


def _params(manifest: dict[str, Any]) -> dict[str, str]:
    profile = {f"profile.{k}": str(v) for k, v in (manifest.get("profile") or {}).items()}
    models = {f"model.{role}": name for role, name in manifest.get("identities", {}).items()}
    names = ("seed", "accept", "judged_from", "source")
    plain = {name: str(manifest[name]) for name in names if name in manifest}
    return {**plain, **profile, **models}


def _points(manifest: dict[str, Any]) -> Iterator[Point]:
    for part, name in GROUPS.items():
        yield from numbers(name, manifest.get(part))
    for care, judges in manifest.get("scores", {}).items():
        for judge, row in judges.items():
            yield from numbers(f"score/{judge}/care_{care}", row["mean"])
    for name in SINGLE:
        yield from numbers(name, manifest.get(name))


def _made(folder: RunFolder) -> dict[str, str]:
    path = folder.path / "conversations.jsonl"
    return {"kakoc.made.conversations": file_digest(path)}


def _inputs(project: Project, folder: RunFolder, manifest: dict[str, Any]) -> list[DataSet]:
    if source := manifest.get("judged_from"):
        path = folder.path.parent / source / "conversations.jsonl"
        if path.exists():
            place = seen_from(project, path)
            return [DataSet("conversations", file_digest(path), place, "judged")]
    spec = build_params(project, manifest.get("build")).get("spec")
    return [DataSet("spec", spec, "spec", "spec")] if spec else []


def _files(
    folder: RunFolder,
    config: dict[str, Any],
    manifest: dict[str, Any],
    talks: Sequence[Conversation],
) -> dict[str, bytes]:
    files = {"config.json": as_json(config), "manifest.json": as_json(manifest)}
    scores = [
        (care, name, row["mean"], row["n"])
        for care, judges in manifest.get("scores", {}).items()
        for name, row in judges.items()
    ]
    held = [(t.id, t.city, t.language, t.status, t.ended, len(t.turns)) for t in talks]
    columns = ("conversation", "city", "language", "status", "ended", "turns")
    files["tables/scores.json"] = table(("care", "judge", "mean", "n"), scores)
    files["tables/conversations.json"] = table(columns, held)
    if (folder.path / "failures.jsonl").exists():
        files["tables/failures.json"] = _failures(folder)
    return files


def _failures(folder: RunFolder) -> bytes:
    names = ("stage", "persona", "turn", "care", "status", "reason", "replaced_by")
    rows = [[getattr(failure, name) for name in names] for failure in folder.read("failures")]
    return table(names, rows)


def source_of(folder: RunFolder) -> Path | None:
    """The run whose conversations were judged anew or searched with, where it is there."""
    source = folder.config.get("judged_from") or folder.config.get("source")
    path = folder.path.parent / str(source)
    return path if source and (path / "manifest.json").exists() else None
