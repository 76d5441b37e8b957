"""`events.jsonl`: what happened in a run and when, one JSON object a line.

Events are gathered and reach the file in batches, so that a run never waits for a disk: after
kill -9 the last `BATCH_SECONDS` of them are missing, no more. Does not know what happens.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from kakoc.errors import StoreError, boundary

BATCH_SECONDS = 0.5
AT_ONCE = frozenset({"start"})
"""It tells when a run began, and stands in the file before anything is paid for."""
TAIL = 65_536
"""Bytes in which the last whole line ends."""


class EventLog:
    """Appends to one file; usable from any thread, and from one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: deque[bytes] = deque()
        self._encode = json.JSONEncoder().encode
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._fault: StoreError | None = None
        with self._boundary():
            self._file = path.open("ab", buffering=0)
            _drop_half_line(path)
        self._thread = threading.Thread(target=self._write_on, name="kakoc-events", daemon=True)
        self._thread.start()

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        try:
            self.flush()
        except StoreError:
            if error is None:  # else the run has a fault of its own to tell of
                raise
        finally:
            self._file.close()

    def add(self, name: str, values: Mapping[str, Any]) -> None:
        """Note one event with the time in seconds since 1970 (`kakoc.ports.Notify`).

        Raises:
            StoreError: the disk refused an earlier one.
        """
        if self._fault:
            raise self._fault
        row = {"time": round(time.time(), 3), "event": name, **values}
        self._lines.append(self._encode(row).encode() + b"\n")
        if name in AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write down what was gathered.

        Raises:
            StoreError: the disk refuses.
        """
        with self._writing, self._boundary():
            batch = b"".join(self._lines.popleft() for _ in range(len(self._lines)))
            while batch:
                batch = batch[self._file.write(batch) :]

    def _write_on(self) -> None:
        while not self._over.wait(BATCH_SECONDS):
            try:
                self.flush()
            except StoreError as error:
                self._fault = error
                return

    def _boundary(self) -> Any:
        return boundary(StoreError, f"cannot write {self._path}", "is the disk full?")


def _drop_half_line(path: Path) -> None:
    """A killed process may have left the beginning of a line; the next one would go on with it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read()
    half = len(tail) - (tail.rfind(b"\n") + 1)
    if half:
        os.truncate(path, size - half)
