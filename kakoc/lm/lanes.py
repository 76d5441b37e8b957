"""Which call runs in which slot: calls of one lane share a slot, and so the prompt it remembers.

Knows nothing of models: a job is any function of a slot number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

Job = Callable[[int], Any]


@dataclass(slots=True)
class Slot:
    """A place that runs one call at a time."""

    number: int
    lane: str = ""
    """Whose prompt it remembers; empty: nobody's."""
    used: int = 0
    """When it was last given out (a count, not a time)."""
    busy: bool = False


class Lanes:
    """Runs jobs in slots, first come, first served, except that a job waits for its lane's slot."""

    def __init__(self, slots: int) -> None:
        self._slots = [Slot(number) for number in range(slots)]
        self._waiting: list[tuple[str, Job, Future[Any]]] = []
        self._lock = threading.Lock()
        self._given = 0
        # A pool of our own: the default one of asyncio also serves DSPy and has few threads.
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="kakoc-slot")

    def submit(self, lane: str, job: Job) -> Future[Any]:
        """The result of `job`, which runs once a slot is free; an empty lane takes any slot."""
        future: Future[Any] = Future()
        with self._lock:
            self._waiting.append((lane, job, future))
            self._serve()
        return future

    @property
    def busy(self) -> int:
        """Slots that run a job now."""
        return sum(slot.busy for slot in self._slots)

    def close(self) -> None:
        """Wait for the running jobs and refuse the others."""
        with self._lock:
            for _, _, future in self._waiting:
                future.cancel()
            self._waiting.clear()
        self._pool.shutdown()

    def _serve(self) -> None:
        waiting, self._waiting = self._waiting, []
        for lane, job, future in waiting:
            slot = self._slot_for(lane)
            if slot is None:
                self._waiting.append((lane, job, future))
            else:
                self._give(slot, lane)
                self._pool.submit(self._run, slot, job, future)

    def _slot_for(self, lane: str) -> Slot | None:
        own = next((slot for slot in self._slots if lane and slot.lane == lane), None)
        if own:
            return None if own.busy else own
        free = [slot for slot in self._slots if not slot.busy]
        return min(free, key=lambda slot: (bool(slot.lane), slot.used), default=None)

    def _give(self, slot: Slot, lane: str) -> None:
        self._given += 1
        slot.lane, slot.used, slot.busy = lane, self._given, True

    def _run(self, slot: Slot, job: Job, future: Future[Any]) -> None:
        try:
            # False: the caller gave up while it waited.
            if future.set_running_or_notify_cancel():
                _settle(job, slot.number, future)
        finally:
            with self._lock:
                slot.busy = False
                self._serve()


def _settle(job: Job, slot: int, future: Future[Any]) -> None:
    try:
        result = job(slot)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
