"""A thread that writes progress, so that a run never waits for whoever reads it."""

from __future__ import annotations

import threading
from collections.abc import Callable

SECONDS = 0.25


class Beat:
    """Calls `tick` a few times a second until it is stopped, and once more then."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="kakoc-progress", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._tick()

    def _beat(self) -> None:
        while not self._over.wait(SECONDS):
            self._tick()
