"""Folders of runs: `artifacts/runs/<id>/`. Knows which file holds what, not how it was made.

`config.json` is written first (what was asked), `manifest.json` last (what came of it); between
them `events.jsonl` grows. A folder without a manifest is a run that was cut off.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError, boundary
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

    def event(self, name: str, values: Mapping[str, Any]) -> None:
        """Append one event with the time in seconds since 1970."""
        line = json.dumps({"time": round(time.time(), 3), "event": name, **values})
        with (self.path / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

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


def find_run(artifacts: Path, name: str) -> RunFolder:
    """The run that `name` means: a path, an id, or `latest`.

    Raises:
        StoreError: there is none.
    """
    runs = artifacts / RUNS
    pointer = runs / "latest"
    if name == "latest" and pointer.exists():
        name = pointer.read_text().strip()
    for path in (runs / name, Path(name)):
        if (path / "config.json").exists():
            return RunFolder(path.resolve())
    known = sorted(path.parent.name for path in runs.glob("*/config.json"))
    hint = f"runs: {', '.join(known[-5:])}" if known else "make one with `kakoc run`"
    raise StoreError(f"no run {name!r} in {runs}", hint)
