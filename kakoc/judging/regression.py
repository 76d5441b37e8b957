"""Ridge logistic regression, AUROC, folds and a bootstrap by group: the numbers behind a head.

No random state but a fixed seed. Knows neither text nor judges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
"""Row numbers."""

FOLDS = 5
STEPS = 100
TOLERANCE = 1e-6
"""Of the loss, relative: single precision has no more to give."""
RESAMPLES = 1000
BOOTSTRAP_SEED = 20240
FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted model: the logit is `rows @ weights + bias`."""

    weights: Array
    bias: float

    def logits(self, rows: Array) -> Array:
        return np.asarray(rows @ self.weights + self.bias, dtype=np.float64)


def sigmoid(values: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))), dtype=np.float64)


def fit_line(
    rows: Array,
    labels: Array,
    penalty: Array | float,
    weights: Array | None = None,
    unscaled: bool = False,
    start: Line | None = None,
) -> Line:
    """Logistic regression with an L2 penalty on standardized columns, by L-BFGS.

    Args:
        rows: shape (examples, columns).
        labels: anywhere in [0, 1]; 0.5 says "half".
        penalty: of one column each, or of all.
        weights: how much each example counts; none: all alike.
        unscaled: the columns are used as they are.
        start: a solution near the one that is looked for.
    """
    from scipy.optimize import minimize

    means, scales = rows.mean(axis=0), rows.std(axis=0)
    scales = np.where(scales < FLAT, 1.0, scales)
    if unscaled:
        means, scales = np.zeros_like(means), np.ones_like(scales)
    design = ((rows - means) / scales).astype(np.float32)  # half the memory to pass, and enough
    counts = np.ones(len(rows)) if weights is None else weights
    ridge = np.broadcast_to(np.asarray(penalty, dtype=np.float64), (rows.shape[1],))

    def loss(solution: Array) -> tuple[float, Array]:
        beta, bias = solution[:-1], solution[-1]
        logits = np.asarray(design @ beta.astype(np.float32), dtype=np.float64) + bias
        # log(1 + e^z) - y z, written so that large logits do not overflow
        cost = counts @ (np.logaddexp(0.0, logits) - labels * logits) + 0.5 * ridge @ beta**2
        miss = counts * (sigmoid(logits) - labels)
        slope = np.asarray(miss.astype(np.float32) @ design, dtype=np.float64) + ridge * beta
        return float(cost), np.append(slope, miss.sum())

    begin = np.zeros(rows.shape[1] + 1)
    if start is not None:
        begin = np.append(start.weights * scales, start.bias + means @ start.weights)
    found = minimize(
        loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": TOLERANCE}
    )
    beta = found.x[:-1] / scales
    return Line(beta, float(found.x[-1] - means @ beta))


def auroc(scores: Array, labels: Array) -> float:
    """Chance that a good example scores above a bad one; ties count half. NaN without both.

    Labels of exactly 0.5 are on neither side.
    """
    good, bad = scores[labels > 0.5], scores[labels < 0.5]
    if not len(good) or not len(bad):
        return float("nan")
    difference = good[:, None] - bad[None, :]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def folds_of(groups: Sequence[str], folds: int) -> list[tuple[Rows, Rows]]:
    """(training rows, test rows) of each fold; groups are dealt to folds in order of name."""
    names = sorted(set(groups))
    number = {name: place % min(folds, len(names)) for place, name in enumerate(names)}
    placed = np.array([number[group] for group in groups])
    return [
        (np.flatnonzero(placed != fold), np.flatnonzero(placed == fold))
        for fold in range(min(folds, len(names)))
    ]


def out_of_fold(groups: Sequence[str], predict: Callable[[Rows, Rows], Array], folds: int) -> Array:
    """What a model that saw no row of its group says of every row.

    Args:
        predict: (training rows, test rows) -> one number, or one line of numbers, a test row.
    """
    parts = [(test, predict(train, test)) for train, test in folds_of(groups, folds)]
    found = np.zeros((len(groups), *parts[0][1].shape[1:]))
    for test, values in parts:
        found[test] = values
    return found


def bootstrap_interval(
    groups: Sequence[str], measure: Callable[[Rows], float]
) -> tuple[float, float]:
    """95 % interval of a measure; whole groups are drawn, since rows of a group are alike."""
    random = np.random.default_rng(BOOTSTRAP_SEED)
    named = np.array(groups)
    members = [np.flatnonzero(named == name) for name in sorted(set(groups))]
    values = []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, len(members), len(members))
        values.append(measure(np.concatenate([members[index] for index in drawn])))
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def partial_correlation(one: Array, other: Array, given: Array) -> float:
    """Correlation of `one` and `other` beyond what `given` explains of both, linearly."""
    base = np.column_stack([given, np.ones(len(given))])
    left, right = (
        values - base @ np.linalg.lstsq(base, values, rcond=None)[0] for values in (one, other)
    )
    return float(np.corrcoef(left, right)[0, 1])
