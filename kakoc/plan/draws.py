"""The small choices inside one row: which of these, how many, between what. Knows no person.

Only `Random.random` is used, because Python keeps its sequence stable between versions and the
sequences of its other methods not.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from kakoc.types import derive_seed

T = TypeVar("T")


class Draws:
    """Choices that depend on the key alone, in the order in which they are asked for."""

    def __init__(self, *key: str | int) -> None:
        self._next = random.Random(derive_seed(*key)).random

    def chance(self, share: float) -> bool:
        """True in this share of all rows."""
        return self._next() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.between(0, len(items) - 1)]

    def take(self, items: Sequence[T], low: int, high: int) -> list[T]:
        """From `low` to `high` different items, or as many as there are."""
        rest = list(items)
        wanted = min(self.between(low, high), len(rest))
        return [rest.pop(self.between(0, len(rest) - 1)) for _ in range(wanted)]
