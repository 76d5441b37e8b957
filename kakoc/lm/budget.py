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
from kakoc.lm.wire import request_bytes
from kakoc.ports import Meter
from kakoc.types import Usage

if TYPE_CHECKING:
    from dspy.lm15 import Request

UNBOUNDED_REPLY = 4096
"""Tokens set aside for the reply to a request that does not limit it."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a million tokens of a model cost."""

    prompt: float
    completion: float

    def of(self, usage: Usage) -> float:
        return (usage.prompt * self.prompt + usage.completion * self.completion) / MILLION


FREE = Tariff(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit."""

    calls: int | None = None
    tokens: int | None = None
    """Prompt and completion together."""
    seconds: float | None = None
    """Of the whole run, from its first call on."""
    cost: float | None = None
    """In the currency of the prices."""

    @property
    def any(self) -> bool:
        return (self.calls, self.tokens, self.seconds, self.cost) != (None, None, None, None)


class Budget:
    """One for all models of a run; usable from any thread."""

    def __init__(
        self, limits: Limits, meter: Meter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._meter = meter
        self._clock = clock
        self._began: float | None = None
        self._ended: BudgetError | None = None
        self._calls, self._tokens, self._cost = 0, 0, 0.0
        """Set aside for what is in flight."""
        self._lock = threading.Lock()

    @property
    def in_flight(self) -> int:
        """Calls that are being made now."""
        return self._calls

    def end(self, reason: BudgetError) -> None:
        """Let no other call be made, whatever is left."""
        self._ended = reason

    @contextmanager
    def spending(self, request: Request, tariff: Tariff | None = None) -> Iterator[None]:
        """Set aside what a call may use; whoever makes it books in the meter what it did use.

        Args:
            tariff: of the model that is asked; None: nobody knows it.

        Raises:
            BudgetError: it may not be made.
        """
        tokens, cost = self._most(request, tariff)
        with self._lock:
            self._require(tokens, cost)
            self._set_aside(1, tokens, cost)
        try:
            yield
        finally:
            with self._lock:
                self._set_aside(-1, -tokens, -cost)

    def _most(self, request: Request, tariff: Tariff | None) -> tuple[int, float]:
        """Tokens and cost; reckoned only where they are limited, because that takes time."""
        limits = self._limits
        if limits.cost is not None and tariff is None:
            raise BudgetError("a budget of cost, and a model without a price")
        if limits.tokens is None and limits.cost is None:
            return 0, 0.0
        most = most_of(request)
        return most.prompt + most.completion, tariff.of(most) if tariff else 0.0

    def _set_aside(self, calls: int, tokens: int, cost: float) -> None:
        self._calls += calls
        self._tokens += tokens
        # What rounding leaves of sums and differences must not add up over a long run.
        self._cost = self._cost + cost if self._calls else 0.0

    def _require(self, tokens: int, cost: float) -> None:
        if self._ended:
            raise self._ended
        limits, meter, now = self._limits, self._meter, self._clock()
        self._began = now if self._began is None else self._began
        if limits.calls is not None and meter.calls + self._calls >= limits.calls:
            raise BudgetError(f"the budget of {limits.calls} calls is spent")
        used = meter.usage.prompt + meter.usage.completion + meter.untold
        if limits.tokens is not None and used + self._tokens + tokens > limits.tokens:
            raise BudgetError(f"{used} of {limits.tokens} tokens are spent; no other call fits")
        if limits.cost is not None and meter.cost + self._cost + cost > limits.cost:
            raise BudgetError(
                f"{meter.cost:.4f} of a cost of {limits.cost:g} are spent; no other call fits"
            )
        if limits.seconds is not None and now - self._began >= limits.seconds:
            raise BudgetError(f"the {limits.seconds:g} seconds are over")


def book(meter: Meter, request: Request, usage: Usage, tariff: Tariff | None) -> None:
    """Count a call that was made. Where the server told no tokens, it may have used the most."""
    told = usage.prompt + usage.completion > 0
    billed = usage if told else most_of(request)
    meter.calls += 1
    meter.usage += usage
    meter.untold += 0 if told else billed.prompt + billed.completion
    meter.unpriced += tariff is None
    meter.cost += tariff.of(billed) if tariff else 0.0


def most_of(request: Request) -> Usage:
    """The most that a request can use: no tokenizer makes more tokens than there are bytes."""
    reply = request.config.max_tokens
    prompt = len(request_bytes(request))
    return Usage(prompt=prompt, completion=UNBOUNDED_REPLY if reply is None else reply)
