"""An event loop in a thread of its own, for plain calls of things that are awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """One loop in one thread, from the first call until `close`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="kakoc-loop", daemon=True
        )
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The result of `coroutine`; the calling thread waits for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """End what lives on the loop (sessions are closed), then the loop."""
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


_shared: Background | None = None
_shared_lock = threading.Lock()


def background() -> Background:
    """The one background loop of this process."""
    global _shared
    with _shared_lock:
        _shared = _shared or Background()
        return _shared


def close_background() -> None:
    """Stop the background loop, if there is one."""
    global _shared
    with _shared_lock:
        if _shared:
            _shared.close()
        _shared = None
