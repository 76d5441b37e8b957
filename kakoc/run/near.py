"""Which unit vectors are close to each other: exactly, also where there are many. Knows no text.

The pass over all pairs first bounds each cosine from above with a few numbers a row: the first
coordinates of a rotation (principal axes), and the length of what is left. By Cauchy and Schwarz
x.y <= x1.y1 + |x2| |y2|, so only pairs whose bound reaches the threshold are computed in full.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Pairs = NDArray[np.int64]

BLOCK = 2048
AXES = 64
ROUNDING = 1e-5
"""More than float32 loses in a sum of 384 products: the bound stays a bound."""
SLACK = 1e-6
LEARNED_FROM = 4096
"""Rows that the principal axes are learned from; any axes give the same pairs."""
MOST_PAIRS = 1_000_000
"""Pairs that are kept while groups are made; a collapsed corpus has as many as it likes."""


class Rows:
    """Vectors that grow one by one, in one block of memory."""

    def __init__(self, width: int = 0) -> None:
        self._held: Vectors = np.empty((0, width), dtype=np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, vector: Vectors) -> None:
        if self._count == len(self._held):
            larger = np.empty((max(64, 2 * self._count), len(vector)), dtype=np.float32)
            larger[: self._count] = self._held[: self._count] if self._count else 0
            self._held = larger
        self._held[self._count] = vector
        self._count += 1

    def nearest(self, vector: Vectors) -> tuple[int, float]:
        """The row with the largest cosine, the first of several, and the cosine."""
        cosines = self._held[: self._count] @ vector
        row = int(cosines.argmax())
        return row, float(cosines[row])


def near_pairs(vectors: Vectors, threshold: float) -> Iterator[Pairs]:
    """All pairs of rows with a cosine of at least `threshold`, a block of pairs at a time."""
    bounds = _bounds(vectors)
    for first in range(0, len(vectors), BLOCK):
        left = bounds[first : first + BLOCK]
        for second in range(first, len(vectors), BLOCK):
            upper = left @ bounds[second : second + BLOCK].T
            # Most rows of a block have no candidate, and one maximum a row is a single quick pass.
            hot = np.flatnonzero(upper.max(axis=1) >= threshold - ROUNDING)
            rows, others = np.nonzero(upper[hot] >= threshold - ROUNDING)
            rows = hot[rows]
            pairs = np.stack([rows + first, others + second], axis=1)
            found = _exact(vectors, pairs[pairs[:, 0] < pairs[:, 1]], threshold)
            if len(found):
                yield found


def groups(vectors: Vectors, threshold: float) -> list[list[int]]:
    """Rows that hang together by near pairs, largest group first; each group in order."""
    labels = _labels(vectors, threshold)
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    found = [group.tolist() for group in np.split(order, cuts) if len(group) > 1]
    return sorted(found, key=lambda group: (-len(group), group[0]))


def _bounds(vectors: Vectors) -> Vectors:
    """The first coordinates of each row on the principal axes, and the length of the rest."""
    sample = vectors[:: max(1, len(vectors) // LEARNED_FROM)]
    _, axes = np.linalg.eigh(sample.T.astype(np.float64) @ sample)
    head = vectors @ axes[:, ::-1][:, :AXES].astype(np.float32)
    # A little is added: a length that rounding took away would make the bound too low.
    rest = np.sqrt(np.maximum(1.0 - np.square(head).sum(axis=1, keepdims=True), 0.0) + SLACK)
    return np.ascontiguousarray(np.hstack([head, rest]), dtype=np.float32)


def _exact(vectors: Vectors, pairs: Pairs, threshold: float) -> Pairs:
    kept = []
    for start in range(0, len(pairs), BLOCK * 8):
        some = pairs[start : start + BLOCK * 8]
        cosines = np.einsum("ij,ij->i", vectors[some[:, 0]], vectors[some[:, 1]])
        kept.append(some[cosines >= threshold])
    return np.concatenate(kept) if kept else pairs


def _labels(vectors: Vectors, threshold: float) -> NDArray[np.int32]:
    """The number of the group that each row is in."""
    labels = np.arange(len(vectors), dtype=np.int32)
    waiting: list[Pairs] = []
    for pairs in near_pairs(vectors, threshold):
        waiting.append(pairs)
        if sum(map(len, waiting)) > MOST_PAIRS:
            labels, waiting = _joined(labels, waiting), []
    return _joined(labels, waiting)


def _joined(labels: NDArray[np.int32], pairs: list[Pairs]) -> NDArray[np.int32]:
    """What pairs join on top of what was joined before."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = np.concatenate([*pairs, np.stack([np.arange(len(labels)), labels], axis=1)])
    ones = np.ones(len(edges), dtype=np.int8)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(len(labels), len(labels)))
    found: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    # A label is the number of a row again, so that it can be an edge of the next graph.
    firsts = np.zeros(found.max() + 1 if len(found) else 0, dtype=np.int32)
    firsts[found[::-1]] = np.arange(len(labels), dtype=np.int32)[::-1]
    return firsts[found]
