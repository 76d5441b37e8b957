"""Designed coverage: where each row lies in every dimension. Knows no person and no spec.

A value is a hash of (seed, dimension, row) and not the next one of a stateful generator. So a row
can be had without the rows before it, a new dimension moves no other, and no release of numpy
changes a plan. Rows are covered block by block: a prefix of a plan is the plan of fewer rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kakoc.types import digest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK = 64
"""Rows over which every dimension is covered evenly."""


@dataclass(frozen=True)
class Design:
    """Coordinates of the first `count` rows of the plan with this seed."""

    seed: int
    count: int

    def noise(self, dimension: str) -> Floats:
        """Independent uniform values in (0, 1)."""
        key = int(digest(["plan", self.seed, dimension], 16), 16)
        return _uniform(np.uint64(key) + np.arange(self.count, dtype=np.uint64))

    def table(self, dimension: str, width: int) -> Floats:
        """Independent uniform values in (0, 1), `width` of them for each row."""
        key = int(digest(["plan", self.seed, dimension], 16), 16)
        counter = np.arange(self.count * width, dtype=np.uint64).reshape(self.count, width)
        return _uniform(np.uint64(key) + counter)

    def rounds(self, dimension: str, size: int) -> Ints:
        """Numbers below `size`: each round of `size` rows has each of them once."""
        return _ranks(self.whole(size).noise(dimension), size)[: self.count]

    def strata(self, dimension: str) -> Floats:
        """Uniform values in (0, 1), one in each of `BLOCK` equal parts a block."""
        return self.stratified(dimension, self.whole(BLOCK).noise(f"{dimension} order"))

    def stratified(self, dimension: str, scores: Floats) -> Floats:
        """Strata in the order of `scores` (of whole blocks), so that they inherit what correlates.

        This is Latin hypercube sampling for dependent variables (Stein, Technometrics, 1987).
        """
        jitter = self.noise(f"{dimension} jitter")
        return (_ranks(scores, BLOCK)[: self.count] + jitter) / BLOCK

    def whole(self, size: int) -> Design:
        """The same design, filled up to whole blocks of `size` rows."""
        return replace(self, count=-(-self.count // size) * size)


def _ranks(scores: Floats, size: int) -> Ints:
    """Rank of each score within its block of `size`."""
    order = scores.reshape(-1, size).argsort(axis=1, kind="stable")
    return order.argsort(axis=1).ravel()


def _uniform(counter: NDArray[np.uint64]) -> Floats:
    """SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) of each counter.

    The top 32 bits are enough, and keep every sum with a rank exact.
    """
    state = (counter + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits = (state ^ (state >> np.uint64(31))) >> np.uint64(32)
    return (bits.astype(np.float64) + 0.5) / 2.0**32
