"""When a call is tried again, and after how long. Knows the errors of `dspy.lm15`, no transport."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kakoc.lm.limit import BUSY

T = TypeVar("T")

ATTEMPTS = 8
FIRST_SECONDS = 0.25
"""Before the third attempt; each further rest is twice as long."""
AT_ONCE_SECONDS = 0.05
"""Most before the second: one failure says nothing of how long the trouble lasts. Who is too busy
is not asked again at once: that makes it no less busy."""
LONGEST_SECONDS = 60.0
"""A server that asks for a longer rest than this gets no second call; its error is raised."""
PASSING_STATUSES = frozenset({408, 409, 429})


def retrying(call: Callable[[], T]) -> T:
    """The result of `call`, tried again while its errors are passing ones."""
    for attempt in range(ATTEMPTS):
        try:
            return call()
        except Exception as error:
            pause = seconds_until_next(error, attempt)
            if pause is None:
                raise
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


async def aretrying(call: Callable[[], Awaitable[T]]) -> T:
    """`retrying` for awaited calls."""
    for attempt in range(ATTEMPTS):
        try:
            return await call()
        except Exception as error:
            pause = seconds_until_next(error, attempt)
            if pause is None:
                raise
        await asyncio.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def seconds_until_next(error: Exception, attempt: int) -> float | None:
    """How long to rest before the call after failed `attempt` (from 0); None: give up."""
    if attempt + 1 >= ATTEMPTS or not _is_passing(error):
        return None
    asked_for: float | None = getattr(error, "retry_after", None)
    if asked_for is not None:
        return asked_for if asked_for <= LONGEST_SECONDS else None
    if attempt == 0 and getattr(error, "status", None) not in BUSY:
        return random.uniform(0.0, AT_ONCE_SECONDS)
    return float(FIRST_SECONDS * 2 ** max(0, attempt - 1) * random.uniform(0.5, 1.0))


def _is_passing(error: Exception) -> bool:
    from dspy import lm15

    # A server's error may come with status 200: garbage where an answer was due.
    if isinstance(error, lm15.TransportError | lm15.TimeoutError | lm15.ServerError):
        return True
    status = error.status if isinstance(error, lm15.ProviderError) else None
    return status in PASSING_STATUSES
