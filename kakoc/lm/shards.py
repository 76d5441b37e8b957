"""Journals of the workers of one run: a folder with a file each, on storage that all of them see.

A worker writes its own shard and reads, besides, what nobody writes any more: `base.sqlite`, which
holds what was paid before, and the shards of workers that are gone. At the end everything goes
into the main journal. Knows no cluster.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError, boundary
from kakoc.lm.journal import BUSY_SECONDS, Journal, JournalRow
from kakoc.types import Usage

SHARDS = "shards"
"""Name of the folder beside the main journal; in it is one folder a run."""
BASE = "base.sqlite"
TOLD = "SELECT count(*), sum(prompt), sum(cached), sum(completion) FROM part.calls"
TAKE = (
    # The first answer stays, as in the journal itself.
    "INSERT OR IGNORE INTO calls SELECT * FROM part.calls",
    "INSERT OR IGNORE INTO memo SELECT * FROM part.memo",
)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a shard says was paid: its calls and their tokens."""

    calls: int = 0
    usage: Usage = field(default_factory=Usage)


class ShardJournal(Journal):
    """A worker's own journal; what it does not hold is looked up in those it may read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, shared=True)
        self._sources: dict[Path, Journal] = {}
        self._opening = threading.Lock()

    def read_too(self, paths: Iterable[Path]) -> None:
        """Answer from these files too. One that is not there holds nothing."""
        with self._opening:
            for path in paths:
                if path not in self._sources and path != self._path and path.is_file():
                    self._sources[path] = Journal(path, shared=True)

    def get(self, key: str) -> JournalRow | None:
        found = super().get(key)
        sources = iter([*self._sources.values()])
        while found is None and (source := next(sources, None)):
            found = source.get(key)
        return found

    def recall(self, key: str) -> Any | None:
        found = super().recall(key)
        sources = iter([*self._sources.values()])
        while found is None and (source := next(sources, None)):
            found = source.recall(key)
        return found

    def close(self) -> None:
        super().close()
        for source in self._sources.values():
            source.close()


class Shards:
    """The shards of one run, below the folder of the main journal."""

    def __init__(self, main: Path, run: str) -> None:
        self.main = main
        self.folder = main.parent / SHARDS / run
        self.paid: dict[str, Paid] = {}
        """By worker; known when they are done."""

    @property
    def base(self) -> Path:
        return self.folder / BASE

    @contextmanager
    def opened(self) -> Iterator[Shards]:
        """A new folder with its base; in the end it goes into the main journal, whatever happens.

        Raises:
            StoreError: another process makes this run, or the disk refuses.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder) as free:
            if not free:
                raise StoreError(f"another process is writing {self.folder}", "wait for it")
            self.take_in()
            self._lay_base()
            try:
                yield self
            finally:
                self.paid = self.take_in()
                shutil.rmtree(self.folder, ignore_errors=True)

    def path_of(self, worker: str) -> Path:
        return self.folder / f"{worker}.sqlite"

    def take_in(self) -> dict[str, Paid]:
        """Move what the shards hold into the main journal; says what was paid, by worker."""
        paid = {}
        for path in sorted(self.folder.glob("*.sqlite")):
            if path != self.base:
                paid[path.stem] = _take(self.main, path)
                path.unlink()
        return paid

    def _lay_base(self) -> None:
        # A copy, because a journal with a write-ahead log can be read on its own machine only.
        self.base.unlink(missing_ok=True)
        with boundary(StoreError, f"cannot write {self.base}", "is the disk full?"):
            Journal(self.main).close()
            with contextlib.closing(sqlite3.connect(self.main, timeout=BUSY_SECONDS)) as main:
                main.execute("VACUUM INTO ?", (str(self.base),))


def take_in_leftovers(main: Path) -> None:
    """Take in the shards of runs whose process was killed before it could."""
    for folder in sorted((main.parent / SHARDS).glob("*/")):
        with _locked(folder) as free:
            if free:
                Shards(main, folder.name).take_in()
                shutil.rmtree(folder, ignore_errors=True)


def _take(main: Path, shard: Path) -> Paid:
    with boundary(StoreError, f"cannot take {shard} into {main}", "is the disk full?"):
        Journal(main).close()
        with contextlib.closing(sqlite3.connect(main, timeout=BUSY_SECONDS)) as database:
            database.execute("ATTACH ? AS part", (str(shard),))
            if not database.execute("SELECT 1 FROM part.sqlite_master").fetchone():
                return Paid()  # its worker was lost before it wrote anything
            with database:
                for statement in TAKE:
                    database.execute(statement)
            calls, *tokens = database.execute(TOLD).fetchone()
    prompt, cached, completion = (number or 0 for number in tokens)
    return Paid(calls, Usage(prompt=prompt, cached=cached, completion=completion))


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether nobody else holds the folder."""
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context((folder / ".lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except (BlockingIOError, FileNotFoundError):  # held, or gone since it was seen
            free = False
        yield free
