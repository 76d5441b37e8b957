"""What the workers of one run have in common: the budget, what was told, who began what.

One of it lives in an actor beside the command; calls come one after another. Knows no Ray.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from kakoc.errors import BudgetError
from kakoc.lm import Budget, Limits, Tariff
from kakoc.ports import Meter

if TYPE_CHECKING:
    from dspy.lm15 import Request

Event = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Begun:
    """What a worker is told that wants to begin a conversation."""

    earlier: tuple[str, ...] = ()
    """Workers that began it and were lost; what they paid is in their shards."""
    spent: str = ""
    """Why nothing may be begun any more."""
    seconds: float | None = None
    """What is left of the time."""


def add_up(meters: Iterable[Meter], total: Meter) -> None:
    """Let `total` be the sum of `meters`."""
    for each in fields(Meter):
        start = getattr(Meter(), each.name)
        setattr(total, each.name, sum((getattr(one, each.name) for one in meters), start=start))


class Ledger:
    """One for all workers of a run."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._meter = Meter()
        self._budget = Budget(limits, self._meter, clock)
        self._meters: dict[str, Meter] = {}
        self._under_way: dict[int, ExitStack] = {}
        self._reserved = 0
        self._began: dict[int, list[str]] = {}
        self._since: float | None = None
        self._spent = ""
        self._events: list[Event] = []

    def begin(self, row: int, worker: str) -> Begun:
        """A worker wants to hold the conversation of a row of the plan."""
        self._since = self._clock() if self._since is None else self._since
        left = None
        if self._limits.seconds is not None:
            left = self._limits.seconds - (self._clock() - self._since)
            if left <= 0:
                self._spent = self._spent or f"the {self._limits.seconds:g} seconds are over"
        if self._spent:
            return Begun(spent=self._spent)
        earlier = tuple(self._began.setdefault(row, []))
        self._began[row].append(worker)
        return Begun(earlier=earlier, seconds=left)

    def reserve(self, request: Request, tariff: Tariff | None = None) -> int | str:
        """Set aside what a call may use; returns its number, or why it may not be made.

        What a lost worker had set aside stays so: nobody can say whether it was paid.
        """
        stack = ExitStack()
        try:
            stack.enter_context(self._budget.spending(request, tariff))
        except BudgetError as error:
            self._spent = self._spent or str(error)
            return str(error)
        self._reserved += 1
        self._under_way[self._reserved] = stack
        return self._reserved

    def release(self, number: int, worker: str, meter: Meter) -> None:
        """The call is over, and this is what its worker has used so far."""
        self.count(worker, meter)
        self._under_way.pop(number).close()

    def count(self, worker: str, meter: Meter) -> None:
        """What a worker has used so far."""
        self._meters[worker] = meter
        add_up(self._meters.values(), self._meter)

    def hear(self, name: str, values: Mapping[str, Any], worker: str, meter: Meter) -> None:
        """An event of a worker, and what it has used so far."""
        self._events.append((name, values))
        self.count(worker, meter)

    def heard(self) -> tuple[list[Event], dict[str, Meter]]:
        """What was heard since this was asked last, and what each worker has used."""
        events, self._events = self._events, []
        return events, self._meters

    def begun_again(self) -> int:
        """Conversations that were begun more than once."""
        return sum(1 for workers in self._began.values() if len(workers) > 1)


class SharedBudget(Budget):
    """A worker's way to the budget of all: the same question, answered elsewhere."""

    def __init__(
        self,
        reserve: Callable[[Request, Tariff | None], int | str],
        release: Callable[[int], None],
    ) -> None:
        self._reserve, self._release = reserve, release

    @contextmanager
    def spending(self, request: Request, tariff: Tariff | None = None) -> Iterator[None]:
        number = self._reserve(request, tariff)
        if isinstance(number, str):
            raise BudgetError(number)
        try:
            yield
        finally:
            self._release(number)
