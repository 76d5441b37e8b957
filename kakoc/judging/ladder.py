"""A score with an order: the chance of each step up, added up to an expected label.

Where labels are ranks (sent away < handed over < stays with an option < stays) one line through all
of them blurs the lower steps. Each step is learned as a part (Frank and Hall, ECML 2001),
and the score is the label that is expected. Knows no judge and no file.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kakoc.judging.part import Part, fit_part, logits_of
from kakoc.judging.regression import Array, fit_line, folds_of, sigmoid
from kakoc.judging.seeing import Seen
from kakoc.types import Record

FOLDS = 5
CALIBRATION_PENALTY = 1e-3


class Ladder(Record):
    """The steps of a score, from low to high."""

    steps: tuple[Part, ...]
    values: tuple[float, ...]
    """Mean label below the first step, between steps, and above the last."""

    def scores(self, seen: Seen) -> Array:
        """The expected label, one a row."""
        chances = np.array([step.probabilities(seen) for step in self.steps])
        return _expected(chances, self.values)


def fit_ladder(
    levels: Sequence[float], seen: Seen, labels: Array, groups: Sequence[str]
) -> tuple[Ladder, Array]:
    """The ladder, and the score of each row by steps that did not see its group."""
    band = np.searchsorted(levels, labels)
    values = [float(labels[band == place].mean()) for place in range(len(levels) + 1)]
    steps, chances = [], []
    for level in levels:
        above = (labels > level).astype(np.float64)
        logits = np.zeros(len(labels))
        for train, test in folds_of(groups, FOLDS):
            known = [groups[row] for row in train]
            logits[test] = logits_of(seen.rows(train), above[train], known, seen.rows(test), True)
        # What lifts a reply over a low step is often that no sentence pulls it down: `absence`.
        steps.append(fit_part(f"over_{level:g}", seen, above, groups, logits, True))
        fitted = fit_line(logits[:, None], above, CALIBRATION_PENALTY, unscaled=True)
        chances.append(sigmoid(fitted.logits(logits[:, None])))
    rounded = tuple(round(value, 4) for value in values)
    return Ladder(steps=tuple(steps), values=rounded), _expected(np.array(chances), rounded)


def _expected(chances: Array, values: Sequence[float]) -> Array:
    # A higher step is never likelier than a lower one.
    falling = np.minimum.accumulate(chances, axis=0)
    rises = np.diff(np.array(values))
    return np.asarray(values[0] + rises @ falling, dtype=np.float64)
