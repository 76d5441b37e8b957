"""What a run may spend, checked before every call. Knows no model and no transport.

Calls in flight count: what they may use at most is set aside while they run, so the limits are
hard. Answers of the journal are free. A call that the engine tries again is one call here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kakoc.errors import BudgetError
from kakoc.lm.wire import request_json
from kakoc.ports import Meter
from kakoc.types import canonical

if TYPE_CHECKING:
    from dspy.lm15 import Request

UNBOUNDED_REPLY = 4096
"""Tokens set aside for the reply to a request that does not limit it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit."""

    calls: int | None = None
    tokens: int | None = None
    """Prompt and completion together."""
    seconds: float | None = None
    """Of the whole run, from its first call on."""

    @property
    def any(self) -> bool:
        return (self.calls, self.tokens, self.seconds) != (None, None, None)


class Budget:
    """One for all models of a run; usable from any thread."""

    def __init__(
        self, limits: Limits, meter: Meter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._meter = meter
        self._clock = clock
        self._began: float | None = None
        self._calls, self._tokens = 0, 0
        """Set aside for what is in flight."""
        self._lock = threading.Lock()

    @contextmanager
    def spending(self, request: Request) -> Iterator[None]:
        """Set aside what a call may use; whoever makes it books in the meter what it did use.

        Raises:
            BudgetError: it may not be made.
        """
        tokens = _most_tokens(request) if self._limits.tokens is not None else 0
        with self._lock:
            self._require(tokens)
            self._calls += 1
            self._tokens += tokens
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._tokens -= tokens

    def _require(self, tokens: int) -> None:
        limits, spent, now = self._limits, self._meter.usage, self._clock()
        self._began = now if self._began is None else self._began
        if limits.calls is not None and self._meter.calls + self._calls >= limits.calls:
            raise BudgetError(f"the budget of {limits.calls} calls is spent")
        used = spent.prompt + spent.completion
        if limits.tokens is not None and used + self._tokens + tokens > limits.tokens:
            raise BudgetError(f"{used} of {limits.tokens} tokens are spent; no other call fits")
        if limits.seconds is not None and now - self._began >= limits.seconds:
            raise BudgetError(f"the {limits.seconds:g} seconds are over")


def _most_tokens(request: Request) -> int:
    """No tokenizer makes more tokens than there are bytes."""
    reply = request.config.max_tokens
    return len(canonical(request_json(request))) + (UNBOUNDED_REPLY if reply is None else reply)
