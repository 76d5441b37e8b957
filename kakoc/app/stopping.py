"""Ends a run cleanly when a signal asks for it.

After the first signal no other call is made, and those in flight are waited for, because they are
paid for. After a second one the process ends at once; the journal is committed all the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kakoc.errors import StoppedError
from kakoc.lm import Budget, Journal
from kakoc.ports import Notify

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE_SECONDS = 10.0
"""So long calls in flight are waited for; who manages processes often kills after 30 s or so."""
COMMIT_SECONDS = 2.0


class Stop:
    """Of one run; its loop must be that of the main thread, which is told of signals."""

    def __init__(self, budget: Budget, journal: Journal, notify: Notify) -> None:
        self._budget, self._journal, self._notify = budget, journal, notify
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self.reason: StoppedError | None = None
        """None: nobody has asked."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear signals; one that this process was started to ignore stays ignored."""
        here = threading.current_thread() is threading.main_thread()
        heard = [s for s in SIGNALS if here and signal.getsignal(s) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._hear) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def watch(self) -> None:
        """The task that calls this is the run."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()

    def _hear(self, number: int, frame: Any) -> None:
        if self.reason:
            self._end_at_once(number)
        self.reason = StoppedError("interrupted", signal=number)
        if self._loop is None or self._loop.is_closed():
            raise self.reason
        # A loop that waits for its sockets looks up only when it is called.
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        assert self.reason and self._loop and self._task
        self._budget.end(self.reason)
        calls = self._budget.in_flight
        wait = f"waiting up to {GRACE_SECONDS:g} s for {calls} calls in flight"
        self._notify("note", {"text": f"stopping: {wait}; a second signal ends at once"})
        # What rests between two attempts, or waits for a turn, is not worth waiting for.
        self._loop.call_later(GRACE_SECONDS if calls else 0, self._task.cancel)

    def _end_at_once(self, number: int) -> None:
        # In a thread: whom the signal interrupted may hold what the journal needs.
        commit = threading.Thread(target=self._journal.settle, daemon=True)
        commit.start()
        commit.join(COMMIT_SECONDS)
        # Ended by the signal itself, which is what a shell or a supervisor expects to see.
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
