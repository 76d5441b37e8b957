"""Logistic regression, AUROC and a bootstrap by group: the numbers behind a head.

Plain numpy, no random state but a fixed seed. Knows neither text nor judges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
"""Row numbers."""

STEPS = 50
RESAMPLES = 1000
BOOTSTRAP_SEED = 20240


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model on standardized columns."""

    means: Array
    scales: Array
    weights: Array
    bias: float

    def probabilities(self, rows: Array) -> Array:
        return sigmoid((rows - self.means) / self.scales @ self.weights + self.bias)


def sigmoid(values: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))), dtype=np.float64)


def fit_logistic(rows: Array, labels: Array, penalty: float) -> Weights:
    """Newton's method with an L2 penalty; labels may lie anywhere in [0, 1]."""
    means, scales = rows.mean(axis=0), rows.std(axis=0)
    scales = np.where(scales < 1e-9, 1.0, scales)
    design = np.column_stack([(rows - means) / scales, np.ones(len(rows))])
    ridge = np.full(design.shape[1], penalty)
    ridge[-1] = 1e-6  # the bias is not shrunk; the rest keeps the Hessian invertible
    solution = np.zeros(design.shape[1])
    for _ in range(STEPS):
        predicted = sigmoid(design @ solution)
        gradient = design.T @ (predicted - labels) + ridge * solution
        curvature = (design.T * (predicted * (1 - predicted))) @ design + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        solution = solution - step
        if np.abs(step).max() < 1e-9:
            break
    return Weights(means, scales, solution[:-1], float(solution[-1]))


def auroc(scores: Array, labels: Array) -> float:
    """Chance that a good example scores above a bad one; ties count half. NaN without both."""
    good, bad = scores[labels > 0.5], scores[labels < 0.5]
    if not len(good) or not len(bad):
        return float("nan")
    difference = good[:, None] - bad[None, :]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def out_of_fold(groups: Sequence[str], predict: Callable[[Rows, Rows], Array], folds: int) -> Array:
    """Scores of every row by a model that saw no row of its group.

    Args:
        groups: the group of each row; groups are dealt to folds in order of name.
        predict: (training row numbers, test row numbers) -> scores of the test rows.
        folds: how many parts; at most the number of groups.
    """
    names = sorted(set(groups))
    fold_of = {name: number % min(folds, len(names)) for number, name in enumerate(names)}
    placed = np.array([fold_of[group] for group in groups])
    scores = np.zeros(len(groups))
    for fold in sorted(set(fold_of.values())):
        test, train = np.flatnonzero(placed == fold), np.flatnonzero(placed != fold)
        scores[test] = predict(train, test)
    return scores


def bootstrap_interval(scores: Array, labels: Array, groups: Sequence[str]) -> tuple[float, float]:
    """95 % interval of the AUROC; whole groups are drawn, since rows of a group are alike."""
    random = np.random.default_rng(BOOTSTRAP_SEED)
    members = [np.flatnonzero(np.array(groups) == name) for name in sorted(set(groups))]
    values = []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, len(members), len(members))
        rows = np.concatenate([members[index] for index in drawn])
        values.append(auroc(scores[rows], labels[rows]))
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)
