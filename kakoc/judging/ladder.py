"""A score with an order: which half of the ladder, then which rung of that half.

Where labels are ranks (sent away < handed over < stays with an option < stays) one line through all
of them blurs what tells neighbours apart. Each step is learned as a part on just those rows between
which it decides (nested dichotomies: Fox 1997; Frank and Kramer, ICML 2004), and the score is the
label that is expected. Knows no judge and no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kakoc.judging.part import Part, fit_part, logits_of
from kakoc.judging.regression import FOLDS, Array, Rows, out_of_fold, sigmoid
from kakoc.judging.seeing import Seen
from kakoc.types import Record


class Ladder(Record):
    """The steps of a score, from low to high."""

    steps: tuple[Part, ...]
    values: tuple[float, ...]
    """Mean label below the first step, between steps, and above the last."""

    def scores(self, seen: Seen) -> Array:
        """The expected label, one a row."""
        return _expected([step.probabilities(seen) for step in self.steps], self.values)


def fit_ladder(
    levels: Sequence[float], seen: Seen, labels: Array, groups: Sequence[str]
) -> tuple[Ladder, Array]:
    """The ladder, and the score of each row by steps that did not see its group."""
    rung = np.searchsorted(levels, labels)
    values = tuple(round(float(labels[rung == place].mean()), 4) for place in _places(levels))
    fitted = [
        _fit_step(
            f"over_{level:g}",
            seen,
            (labels > level).astype(np.float64),
            groups,
            np.flatnonzero((rung >= low) & (rung <= high)),
        )
        for level, (low, high) in zip(levels, _spans(0, len(levels)), strict=True)
    ]
    chances = [sigmoid(step.slope * logits + step.intercept) for step, logits in fitted]
    return Ladder(steps=tuple(step for step, _ in fitted), values=values), _expected(
        chances, values
    )


def _fit_step(
    name: str, seen: Seen, labels: Array, groups: Sequence[str], rows: Rows
) -> tuple[Part, Array]:
    """One step, decided on `rows`, and what steps that did not see its group say of every row."""
    known = [groups[row] for row in rows]

    def predict(train: Rows, test: Rows) -> Array:
        used = np.intersect1d(train, rows)
        own = [groups[row] for row in used]
        # What lifts a reply over a step is often that no sentence pulls it down: `absence`.
        return logits_of(seen.rows(used), labels[used], own, seen.rows(test), True)

    logits = out_of_fold(groups, predict, FOLDS)
    return fit_part(name, seen.rows(rows), labels[rows], known, logits[rows], True), logits


def _places(levels: Sequence[float]) -> range:
    return range(len(levels) + 1)


def _spans(low: int, high: int) -> Iterator[tuple[int, int]]:
    """For each step between the rungs `low` and `high` the rungs between which it decides."""
    if low == high:
        return
    middle = (low + high) // 2
    yield from _spans(low, middle)
    yield low, high
    yield from _spans(middle + 1, high)


def _expected(chances: Sequence[Array], values: Sequence[float]) -> Array:
    if not chances:
        return np.full(1, values[0])
    middle = (len(values) - 1) // 2
    below = _expected(chances[:middle], values[: middle + 1])
    above = _expected(chances[middle + 1 :], values[middle + 1 :])
    return np.asarray(below + chances[middle] * (above - below), dtype=np.float64)
