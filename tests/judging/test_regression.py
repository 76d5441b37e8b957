"""The numbers behind heads: lines, areas, folds, intervals, and what length explains."""

from __future__ import annotations

import numpy as np
import pytest

from kakoc.ir import JudgeExample
from kakoc.judging.figures import figure, ordered_share
from kakoc.judging.regression import (
    auroc,
    bootstrap_interval,
    fit_line,
    folds_of,
    out_of_fold,
    partial_correlation,
    sigmoid,
)


def test_auroc_counts_ties_half_and_leaves_out_the_middle() -> None:
    labels = np.array([1.0, 1.0, 0.0, 0.0])
    assert auroc(np.array([0.9, 0.8, 0.1, 0.2]), labels) == 1.0
    assert auroc(np.array([0.5, 0.5, 0.5, 0.5]), labels) == 0.5
    assert auroc(np.array([0.9, 0.1, 0.5]), np.array([1.0, 0.0, 0.5])) == 1.0
    assert np.isnan(auroc(np.array([0.5, 0.5]), np.array([1.0, 1.0])))


def test_a_line_finds_the_column_that_matters() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 3))
    line = fit_line(rows, (rows[:, 1] > 0).astype(float), penalty=1.0)
    assert np.abs(line.weights).argmax() == 1
    assert ((line.logits(rows) > 0) == (rows[:, 1] > 0)).mean() > 0.95


def test_a_line_learns_from_half_labels_and_weights() -> None:
    rows = np.array([[0.0], [1.0]])
    even = fit_line(rows, np.array([0.5, 0.5]), penalty=0.01)
    assert sigmoid(even.logits(rows)) == pytest.approx([0.5, 0.5], abs=0.01)
    heavy = fit_line(
        np.array([[0.0], [0.0]]), np.array([0.0, 1.0]), 1.0, weights=np.array([1.0, 9.0])
    )
    assert sigmoid(heavy.logits(np.array([[0.0]])))[0] == pytest.approx(0.9, abs=0.02)


def test_a_start_near_the_solution_gives_the_same_line() -> None:
    random = np.random.default_rng(1)
    rows, labels = random.normal(size=(80, 4)), random.integers(0, 2, 80).astype(float)
    line = fit_line(rows, labels, penalty=2.0)
    again = fit_line(rows, labels, penalty=2.0, start=line)
    assert again.weights == pytest.approx(line.weights, abs=1e-3)


def test_no_fold_splits_a_group() -> None:
    groups = ["a", "b", "c", "a", "b", "c", "d"]
    for train, test in folds_of(groups, 2):
        assert not {groups[row] for row in train} & {groups[row] for row in test}

    def shared_groups(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        known = {groups[index] for index in train}
        return np.array([float(groups[index] in known) for index in test])

    assert out_of_fold(groups, shared_groups, folds=2).tolist() == [0.0] * 7


def test_an_interval_holds_its_figure() -> None:
    random = np.random.default_rng(1)
    labels = np.tile([0.0, 1.0], 40)
    scores = labels + random.normal(size=80)
    groups = [str(number // 4) for number in range(80)]
    found = figure(scores, labels, groups)
    assert found.low < found.value < found.high
    assert (found.good, found.bad) == (40, 40)
    low, high = bootstrap_interval(groups, lambda rows: auroc(scores[rows], labels[rows]))
    assert (found.low, found.high) == (round(low, 3), round(high, 3))


def test_partial_correlation_takes_out_what_is_given() -> None:
    random = np.random.default_rng(2)
    given = random.normal(size=500)
    one, other = given + random.normal(size=500), given + random.normal(size=500)
    assert np.corrcoef(one, other)[0, 1] > 0.4
    assert abs(partial_correlation(one, other, given)) < 0.1


def test_order_counts_pairs_of_one_group_that_differ() -> None:
    def example(group: str, label: float) -> JudgeExample:
        return JudgeExample(group=group, labels={"overall": label}, seeker="a", reply="b")

    examples = [example("g", 1), example("g", 0.2), example("g", 0.1), example("h", 0.0)]
    found = ordered_share(examples, {"overall": np.array([0.9, 0.5, 0.6, 0.0])})
    assert found is not None
    assert (found.good, found.bad, found.value) == (2, 0, 1.0)
    assert ordered_share(examples[3:], {"overall": np.array([0.0])}) is None
