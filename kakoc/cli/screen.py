"""Progress on a terminal: two bars and what stands under them, drawn anew a few times a second."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from kakoc.cli import telling
from kakoc.cli.tally import Tally

A_SECOND = 4


class Screen:
    """Draws by time, never by event."""

    def __init__(self, tally: Tally, console: Console) -> None:
        self._tally = tally
        self._run = self._note = self._failure = ""
        self._fetching: dict[str, Any] = {}
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            console=console,
            auto_refresh=False,
        )
        self._conversations = self._bars.add_task("conversations", told="")
        self._turns = self._bars.add_task("turns", told="")
        self._live = Live(
            console=console,
            get_renderable=self._frame,
            refresh_per_second=A_SECOND,
            redirect_stdout=False,
        )

    def start(self) -> None:
        self._live.start()

    def hear(self, name: str, values: Mapping[str, Any]) -> None:
        if name == "start":
            self._run, self._fetching = f"run {values['run']}", {}
        elif name == "note":
            self._note = telling.plain(str(values["text"]))
        elif name == "fetch":
            self._fetching = dict(values)
        elif text := telling.failure(name, values):
            self._failure = text

    def stop(self, finished: bool) -> None:
        self._fetching = {}
        how = "done" if finished else "stopped"
        last = Text(f"{how}: {telling.ended(self._tally.figures())}")
        with contextlib.suppress(OSError):  # the terminal may be gone; the run is not
            self._live.stop()
            self._live.console.print(last, soft_wrap=True)

    def _frame(self) -> RenderableType:
        figures = self._tally.figures()
        over = {name: n for name, n in figures.conversations.items() if n and name != "planned"}
        told = ", ".join(f"{count} {name}" for name, count in over.items())
        self._show(self._conversations, figures.over, figures.conversations["planned"], told)
        self._show(self._turns, figures.turns["done"], figures.turns["planned"], "")
        lines = [Text(self._run)] if self._run else []
        under = [Text(telling.status(figures))]
        if self._fetching:
            under.append(Text(telling.fetched(self._fetching)))
        for text in (self._note, f"last failure: {self._failure}" if self._failure else ""):
            under += [Text(text, style="dim", no_wrap=True, overflow="ellipsis")] if text else []
        return Group(*lines, self._bars.get_renderable(), *under)

    def _show(self, task: TaskID, done: int, planned: int, told: str) -> None:
        self._bars.update(task, completed=done, total=planned, told=told)
