"""Progress of a run on stderr: bars on a terminal, lines elsewhere, JSON for machines, or nothing.

An event only changes counts; everything is drawn or written by another thread, by time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

from kakoc.app import Traffic
from kakoc.cli.lines import JsonLines, PlainLines
from kakoc.cli.tally import Plan as Plan
from kakoc.cli.tally import Tally


class Display(Protocol):
    """Shows what a tally holds, and hears of each event what does not count in it."""

    def start(self) -> None: ...

    def hear(self, name: str, values: Mapping[str, Any]) -> None: ...

    def stop(self, finished: bool) -> None: ...


class Reporter:
    """Turns events of a run into progress, for as long as the context lasts.

    Args:
        look: what the run has to do with its models at the moment.
    """

    def __init__(
        self,
        plan: Plan,
        look: Callable[[], Traffic],
        quiet: bool = False,
        as_json: bool = False,
    ) -> None:
        self._tally = Tally(plan, look)
        self._display = None if quiet else _display(self._tally, as_json)

    def __enter__(self) -> Reporter:
        if self._display:
            self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._display:
            self._display.stop(finished=error is None)

    def notify(self, name: str, values: Mapping[str, Any]) -> None:
        """Receive one event (`kakoc.ports.Notify`)."""
        self._tally.count(name, values)
        if self._display:
            self._display.hear(name, values)


def is_terminal() -> bool:
    """Whether something can be drawn on stderr."""
    if not sys.stderr.isatty():
        return False
    from rich.console import Console

    return not Console(stderr=True).is_dumb_terminal


def _display(tally: Tally, as_json: bool) -> Display:
    if as_json:
        return JsonLines(tally)
    if not is_terminal():
        return PlainLines(tally)
    from rich.console import Console

    from kakoc.cli.screen import Screen

    return Screen(tally, Console(stderr=True))
