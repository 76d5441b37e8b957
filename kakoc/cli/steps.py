"""Progress of work that has no run: what is being done on stderr, and for how long already."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY = 2.0
"""Seconds between two lines about the same thing."""


class Steps:
    """A spinner on a terminal, lines elsewhere, JSON for machines; nothing before the first step.

    Args:
        name: of the command; each line begins with it.
    """

    def __init__(self, name: str, *, quiet: bool = False, as_json: bool = False) -> None:
        self._name = name
        self._quiet = quiet
        self._as_json = as_json
        self._what, self._told_at = "", 0.0
        self._spinner: Progress | None = None

    def __enter__(self) -> Steps:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._spinner:
            self._spinner.stop()

    def say(self, text: str) -> None:
        """Tell what is being done; what stands before a colon is the thing, the rest changes."""
        if self._quiet:
            return
        what, now = text.partition(":")[0], time.monotonic()
        is_new = what != self._what
        if not is_new and now - self._told_at < EVERY and not self._spinner:
            return
        self._what, self._told_at = what, now
        if self._as_json:
            row = {"time": round(time.time(), 3), "event": self._name, "text": text}
            click.echo(json.dumps(row), err=True)
        else:
            self._show(text, is_new)

    def conversations(self) -> Callable[[str, Mapping[str, Any]], None]:
        """A listener to a stage's events that says how many conversations are over."""
        done = 0

        def notify(name: str, values: Mapping[str, Any]) -> None:
            nonlocal done
            if name == "conversation":
                done += 1
                self.say(f"conversations: {done}")

        return notify

    def note(self, text: str) -> None:
        """Tell something that stays on the screen."""
        if self._as_json:
            self.say(text)
        elif not self._quiet:
            click.echo(f"{self._name}: {text}", err=True)

    def _show(self, text: str, is_new: bool) -> None:
        # rich takes a while to import, and a command with nothing to do says nothing.
        from kakoc.cli.progress import is_terminal

        if self._spinner is None and not is_terminal():
            click.echo(f"{self._name}: {text}", err=True)
            return
        spinner = self._spinner = self._spinner or _spinner()
        if is_new:
            for task in spinner.task_ids:
                spinner.remove_task(task)
            spinner.add_task(f"{self._name}: {text}", total=None)
        else:
            spinner.update(spinner.task_ids[0], description=f"{self._name}: {text}")


def _spinner() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    spinner = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
    spinner.start()
    return spinner
