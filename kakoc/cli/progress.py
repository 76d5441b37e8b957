"""Progress of a run on stderr: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

EVERY = 2.0
"""Seconds between plain lines of the same kind."""


class Reporter:
    """Turns events of a run into progress."""

    def __init__(self, turns: int, quiet: bool) -> None:
        self.quiet = quiet
        self.turns = 0
        self.planned = turns
        self.conversations = {"ok": 0, "failed": 0, "rejected": 0}
        self.spoken = 0.0
        self.live = sys.stderr.isatty() and not quiet
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not self.live,
        )
        self.task = self.bar.add_task("turns", total=self.planned)
        self.fetching: dict[str, Any] = {}

    def __enter__(self) -> Reporter:
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def notify(self, name: str, values: Mapping[str, Any]) -> None:
        """Receive one event (`kakoc.ports.Notify`)."""
        if name == "turn":
            self.turns += 1
            self.bar.update(self.task, completed=self.turns)
            self._line(f"turn {self.turns} of {self.planned}")
        elif name == "conversation":
            self.conversations[str(values["status"])] += 1
            self._line(
                f"{values['persona']}: {values['status']}, {values['turns']} turns", always=True
            )
        elif name == "fetch":
            self._fetch(str(values["what"]), int(values["done"]), int(values["total"]))
        elif name in ("note", "start"):
            self._line(
                str(values.get("text") or f"run {values.get('run')}"), always=name == "start"
            )

    def _fetch(self, what: str, done: int, total: int) -> None:
        if self.live:
            if what not in self.fetching:
                self.fetching[what] = self.bar.add_task(f"fetching {what}", total=total)
            self.bar.update(self.fetching[what], completed=done)
        else:
            self._line(f"fetching {what}: {done / 1e6:.0f} of {total / 1e6:.0f} MB")

    def _line(self, text: str, always: bool = False) -> None:
        now = time.monotonic()
        if self.quiet or self.live or (not always and now - self.spoken < EVERY):
            return
        self.spoken = now
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
