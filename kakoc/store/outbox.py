"""What is still to be tracked: `artifacts/outbox/`, a small JSON file for each stage.

A file is there from the moment a stage is over until the tracker has it; what could not be sent
says why. A run may lie anywhere and a judged file has no folder, so they are kept in one place.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError
from kakoc.store.files import read_json, write_json
from kakoc.types import digest

FOLDER = "outbox"


@dataclass(frozen=True, slots=True)
class Letter:
    """One stage that waits."""

    path: Path
    content: dict[str, Any]

    @property
    def error(self) -> str:
        """Why it was not sent when that was tried; empty: it was not tried."""
        return str(self.content.get("error", ""))


@dataclass(frozen=True, slots=True)
class Outbox:
    """All that waits in one artifacts folder."""

    artifacts: Path

    @property
    def folder(self) -> Path:
        return self.artifacts / FOLDER

    def put(self, kind: str, name: str, facts: Mapping[str, Any]) -> Path:
        """Keep a stage; what was kept of it before is replaced."""
        stem, now = f"{kind}-{digest([kind, name])}", time.time_ns()
        before = list(self.folder.glob(f"{stem}-*.json"))
        # A name of its own: whoever is just sending the old one forgets that, and not this.
        path = self.folder / f"{stem}-{now}.json"
        write_json(path, {"kind": kind, "name": name, "facts": dict(facts), "time": now})
        for old in before:
            old.unlink(missing_ok=True)
        return path

    def letters(self) -> list[Letter]:
        """All that wait, the oldest first; what cannot be read is none."""
        found = []
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(StoreError, TypeError, ValueError):
                found.append(Letter(path, dict(read_json(path))))
        return sorted(found, key=lambda letter: (letter.content.get("time", 0), letter.path))

    def sent(self, letter: Letter) -> None:
        """Forget it."""
        letter.path.unlink(missing_ok=True)

    def failed(self, letter: Letter, error: str) -> None:
        """Note why it could not be sent."""
        write_json(letter.path, {**letter.content, "error": error})

    def refused(self, letter: Letter, error: str, most: int) -> None:
        """Note that it alone could not be sent; after `most` times it is put aside."""
        tries = int(letter.content.get("tries", 0)) + 1
        write_json(letter.path, {**letter.content, "error": error, "tries": tries})
        if tries >= most:
            letter.path.replace(letter.path.with_suffix(".refused"))

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process sends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
