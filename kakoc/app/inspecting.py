"""`runs`: what stored runs say of themselves, in numbers. Asks no model and changes no file.

A finished run has said most of it in its manifest. Of one that was cut off only its events tell,
for records are written at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kakoc.app.resuming import how_to_go_on
from kakoc.app.run_figures import failures_by_reason, hit_rate, judges, people
from kakoc.errors import StoreError, boundary
from kakoc.project import Project
from kakoc.store.journal_file import look_at_journal
from kakoc.store.runs import RUNS, RunFolder, find_run, list_runs

STATES = ("ok", "failed", "rejected")
ORIGINS = ("imported", "source", "judged_from")
"""What a config says of a run that no model of ours spoke."""
OTHER_VERSION = "it may be of another version of kakoc"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder in the place of a run that cannot be listed."""

    id: str
    reason: str


def overview(project: Project) -> tuple[list[dict[str, Any]], list[Unreadable]]:
    """A row for each run of the project, newest first, and what cannot be read."""
    rows, damaged = [], []
    for folder in list_runs(project.artifacts):
        try:
            with boundary(StoreError, str(folder.path), OTHER_VERSION):
                rows.append(_row(folder))
        except StoreError as error:
            damaged.append(Unreadable(folder.id, str(error)))
    return rows, damaged


def inspect_run(project: Project, name: str) -> dict[str, Any]:
    """Everything that is known of one run.

    Raises:
        StoreError: there is no such run, or it cannot be read.
    """
    folder = find_run(project.artifacts, name)
    home = _home(project, folder)
    with boundary(StoreError, str(folder.path), OTHER_VERSION):
        row, config, manifest = _row(folder), folder.config, folder.manifest or {}
        failures = list(_records(folder, "failures")) if manifest else []
        if manifest:
            written = people(config, row["personas"], failures)
        else:
            written, _ = _so_far(folder, row["conversations"]["planned"])
        return {
            **{name: row[name] for name in ("id", "when", "status")},
            "folder": str(folder.path),
            "build": config.get("build"),
            "profile": config.get("profile"),
            "seed": config.get("seed"),
            "accept": config.get("accept"),
            "models": config.get("models"),
            "origin": {name: config[name] for name in ORIGINS if name in config},
            "personas": written,
            "conversations": row["conversations"],
            "failures": failures_by_reason(failures),
            "calls": {**manifest.get("calls", {}), "hit_rate": hit_rate(manifest)},
            "tokens": manifest.get("tokens"),
            "tokens_per_second": manifest.get("tokens_per_second"),
            "cost": manifest.get("cost"),
            "seconds": manifest.get("seconds"),
            "pairs": manifest.get("pairs"),
            "judges": judges(_records(folder, "conversations")) if manifest else {},
            "journal": _journal(home.artifacts),
            "files": _files(folder.path),
            "go_on": None if manifest else asdict(how_to_go_on(home, folder)),
        }


def _row(folder: RunFolder) -> dict[str, Any]:
    config, manifest = folder.config, folder.manifest
    profile = config.get("profile") or {}
    row = {
        "id": folder.id,
        "when": _time(folder.begun),
        "profile": profile.get("name"),
        "status": "unfinished" if manifest is None else "finished",
    }
    if manifest is None:
        # With `--accept` nobody knows yet how many rows it will take.
        planned = None if "accept" in config else profile.get("personas")
        wrote, held = _so_far(folder, planned)
        known = {"personas": wrote["ok"], "conversations": held}
        return {**row, **known, "pairs": None, "calls": None, "tokens": None, "seconds": None}
    calls, tokens, pairs = (manifest.get(name) or {} for name in ("calls", "tokens", "pairs"))
    return {
        **row,
        "personas": _lines(folder.path / "personas.jsonl"),
        # A search holds none.
        "conversations": manifest.get("counts") or {"planned": 0, **dict.fromkeys(STATES, 0)},
        "pairs": pairs.get("pairs"),
        "calls": sum(calls.values()) if calls else None,
        "tokens": tokens["prompt"] + tokens["completion"] if tokens else None,
        "seconds": manifest.get("seconds"),
    }


def _so_far(folder: RunFolder, planned: int | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """People and conversations of a run that was cut off; each counts once, however often begun."""
    spoken: dict[str, str] = {}
    written: set[str] = set()
    for event in folder.events():
        if event.get("event") == "persona":
            written.add(str(event["persona"]))
        if event.get("event") == "conversation":
            spoken[str(event["persona"])] = str(event["status"])
    held = Counter(spoken.values())
    counts = {name: held[name] for name in STATES}
    # A person who could not be written has a conversation's event, and none of its own.
    lost = Counter(status for persona, status in spoken.items() if persona not in written)
    wrote = {"ok": len(written), "failed": lost["failed"], "rejected": lost["rejected"]}
    return {"planned": planned, **wrote}, {"planned": planned, **counts}


def _journal(artifacts: Path) -> dict[str, Any]:
    found = look_at_journal(artifacts)
    # Nobody records which run a row belongs to.
    return {"bytes": found.bytes, "rows": found.rows, "rows_of_run": None}


def _files(folder: Path) -> dict[str, int]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    shown = [path for path in paths if not path.name.startswith(".")]
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in shown}


def _records(folder: RunFolder, name: str) -> Iterator[Any]:
    return folder.read(name) if (folder.path / f"{name}.jsonl").exists() else iter(())


def _lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _home(project: Project, folder: RunFolder) -> Project:
    """The project with the artifacts that hold the run: a path may lead to others."""
    if folder.path.parent.name != RUNS:
        return project
    return Project(project.root, project.spec, folder.path.parent.parent)
