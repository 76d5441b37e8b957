"""Folders of runs: `artifacts/runs/<id>/`. Knows which file holds what, not how it was made.

`config.json` is written first (what was asked), `manifest.json` last (what came of it); between
them `events.jsonl` grows. A folder without a manifest is a run that was cut off.
"""

from __future__ import annotations

import contextlib
import difflib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError, boundary
from kakoc.store.events import EventLog
from kakoc.store.files import jsonl, read_json, read_jsonl, write_file, write_json
from kakoc.types import Conversation, Failure, Pair, Persona, Record

RESULTS: dict[str, type[Record]] = {
    "personas": Persona,
    "conversations": Conversation,
    "failures": Failure,
    "pairs": Pair,
}
"""The data of a run: `<name>.jsonl` holds one record a line, in plan order."""

PAIR_FILES = ("pairs.jsonl", "preferences.jsonl", "preferences.parquet")
RUNS = "runs"
"""Name of the folder below `artifacts/` that holds all runs."""
START = b'"event": "start"'
"""In the line of an event that begins a run or goes on with it."""
MIN_PIECE = 3
"""Letters of an id that are enough to mean it."""
LONGEST_NAME = 200
"""Letters that are compared with known ids; the search for near ones is slow."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run on disk."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def config(self) -> dict[str, Any]:
        return dict(read_json(self.path / "config.json"))

    @property
    def manifest(self) -> dict[str, Any] | None:
        path = self.path / "manifest.json"
        return dict(read_json(path)) if path.exists() else None

    def start(self, config: Mapping[str, Any]) -> None:
        """Say what this run is; what came of it before goes, because it is being made again.

        Raises:
            StoreError: the folder holds another run.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if (self.path / "config.json").exists() and self.config != dict(config):
            raise StoreError(f"{self.path} holds another run", "give another --out DIR")
        for name in ("manifest.json", *PAIR_FILES):
            (self.path / name).unlink(missing_ok=True)
        write_json(self.path / "config.json", dict(config))

    def write(self, name: str, records: Sequence[Record]) -> None:
        write_file(self.path / f"{name}.jsonl", jsonl(records))

    def read(self, name: str) -> Iterator[Any]:
        """The records of one of `RESULTS`, checked."""
        kind, path = RESULTS[name], self.path / f"{name}.jsonl"
        for row in read_jsonl(path):
            with boundary(StoreError, str(path), "it may be of another version of kakoc"):
                record = kind.model_validate(row)
            yield record

    def finish(self, manifest: Mapping[str, Any]) -> None:
        write_json(self.path / "manifest.json", dict(manifest))
        if (
            self.path.parent.name == RUNS
        ):  # a run in a folder of the user's own leaves no mark there
            write_file(self.path.parent / "latest", f"{self.id}\n".encode())

    def recording(self) -> EventLog:
        """Where the events of this run are noted, for as long as the context lasts."""
        return EventLog(self.path / "events.jsonl")

    def events(self) -> Iterator[dict[str, Any]]:
        """All events in order; the last line may be half of one after a kill, and is left out."""
        path = self.path / "events.jsonl"
        if path.exists():
            with path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    with contextlib.suppress(ValueError, TypeError):
                        yield dict(json.loads(line))

    @property
    def begun(self) -> float:
        """When somebody last began or went on with it, in seconds since 1970.

        An event says so; a run that only reads has none, but is as old as its config.
        """
        path = self.path / "events.jsonl"
        data = path.read_bytes() if path.exists() else b""
        at = data.rfind(START)
        line = data[data.rfind(b"\n", 0, max(at, 0)) + 1 :].partition(b"\n")[0] if at >= 0 else b""
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return float(json.loads(line)["time"])
        return (self.path / "config.json").stat().st_mtime

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Refuse a second process in the same folder.

        Raises:
            StoreError: another process is at work in it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StoreError(
                    f"another process is working on {self.path}", "wait for it, or give --out DIR"
                ) from error
            yield


def list_runs(artifacts: Path) -> list[RunFolder]:
    """All runs below `artifacts/runs/`, the one that was begun last first."""
    folders = [RunFolder(path.parent) for path in (artifacts / RUNS).glob("*/config.json")]
    return sorted(folders, key=lambda folder: (folder.begun, folder.id), reverse=True)


def find_run(artifacts: Path, name: str) -> RunFolder:
    """The run that `name` means: a path, an id, or `latest`.

    An id is a bare name, so none leads out of `runs/`; anything else is a path of the user's.

    Raises:
        StoreError: there is none.
    """
    runs = artifacts / RUNS
    pointed = _pointed(runs) if name == "latest" else ""
    places = [runs / id_ for id_ in (name, pointed) if _is_bare(id_)]
    for path in (*places, Path(name)):
        # os.path: a name that is too long for the disk is no run, not an error.
        if os.path.isfile(path / "config.json"):
            return RunFolder(path.resolve())
    raise StoreError(f"no run {name!r} in {runs}", _hint(runs, name))


def _pointed(runs: Path) -> str:
    """What `latest` names; a pointer from anywhere else leads nowhere."""
    pointer = runs / "latest"
    return pointer.read_text("utf-8", "replace").strip() if pointer.is_file() else ""


def _is_bare(name: str) -> bool:
    return Path(name).name == name and name not in ("", "..")


def _hint(runs: Path, name: str) -> str:
    """Near names, or else the last few; an id is half a hash, so a piece of one is near too."""
    known = sorted(path.parent.name for path in runs.glob("*/config.json"))
    if not known:
        return "make one with `kakoc run`"
    near = [id_ for id_ in known if len(name) >= MIN_PIECE and name in id_]
    near = near or difflib.get_close_matches(name[:LONGEST_NAME], known, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near[:3])}?"
    return f"runs: {', '.join(known[-5:])}"
