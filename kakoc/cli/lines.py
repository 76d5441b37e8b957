"""Progress where there is no terminal: lines for people, or a JSON object a line for machines."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from kakoc.cli import telling
from kakoc.cli.beat import Beat
from kakoc.cli.tally import Tally

EVERY = 5.0
"""Seconds between two lines of figures."""
JSON_EVERY = 2.0
FAILURES_A_SECOND = 2


class PlainLines:
    """Start, end, figures now and then, and failures as they happen, though not all of many."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._heard: deque[str] = deque()
        self._failed: deque[str] = deque()
        self._fetching = ""
        self._told_at = self._failed_at = time.monotonic()
        self._beat = Beat(self._tick)

    def start(self) -> None:
        self._beat.start()

    def hear(self, name: str, values: Mapping[str, Any]) -> None:
        if name == "start":
            self._heard.append(f"run {values['run']}: {values['conversations']} conversations")
        elif name == "note":
            self._heard.append(telling.plain(str(values["text"])))
        elif name == "fetch":
            self._fetching = telling.fetched(values)
        elif text := telling.failure(name, values):
            self._failed.append(text)

    def stop(self, finished: bool) -> None:
        self._beat.stop()
        self._failed_at = 0.0
        self._tell_failures()
        how = "done" if finished else "stopped"
        _write(f"{how}: {telling.ended(self._tally.figures())}")

    def _tick(self) -> None:
        while self._heard:
            _write(self._heard.popleft())
        self._tell_failures()
        figures = self._tally.figures()  # each look is a sample, so that rates are of now
        if time.monotonic() - self._told_at >= EVERY:
            self._told_at = time.monotonic()
            _write(self._fetching or f"{telling.counts(figures)}, {telling.status(figures)}")
            self._fetching = ""

    def _tell_failures(self) -> None:
        if not self._failed or time.monotonic() - self._failed_at < 1.0:
            return
        self._failed_at = time.monotonic()
        failed = [self._failed.popleft() for _ in range(len(self._failed))]
        for text in failed[:FAILURES_A_SECOND]:
            _write(text)
        if len(failed) > FAILURES_A_SECOND:
            _write(f"and {len(failed) - FAILURES_A_SECOND} more failures")


class JsonLines:
    """Every event as it stands in `events.jsonl`, `progress` now and then, `end` at the end."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rows: deque[dict[str, Any]] = deque()
        self._told_at = time.monotonic()
        self._fetched_at = 0.0
        self._beat = Beat(self._tick)

    def start(self) -> None:
        self._beat.start()

    def hear(self, name: str, values: Mapping[str, Any]) -> None:
        now = time.time()
        if name == "fetch":
            if now - self._fetched_at < JSON_EVERY:
                return
            self._fetched_at = now
        self._rows.append(event(name, values))

    def stop(self, finished: bool) -> None:
        self._beat.stop()
        _write(
            json.dumps(
                event("end", {"finished": finished, **telling.values(self._tally.figures())})
            )
        )

    def _tick(self) -> None:
        figures = self._tally.figures()
        if time.monotonic() - self._told_at >= JSON_EVERY:
            self._told_at = time.monotonic()
            self._rows.append(event("progress", telling.values(figures)))
        rows = [self._rows.popleft() for _ in range(len(self._rows))]
        if rows:
            _write("\n".join(map(json.dumps, rows)))


def event(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """One event with the time in seconds since 1970."""
    return {"time": round(time.time(), 3), "event": name, **values}


def _write(text: str) -> None:
    # Nobody may be reading any more; a run goes on without its progress.
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
