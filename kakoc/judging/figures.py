"""How good a head is, each figure with its interval and counts. Knows scores and labels only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from kakoc.ir import JudgeExample
from kakoc.judging.regression import (
    Array,
    Rows,
    auroc,
    bootstrap_interval,
    partial_correlation,
)
from kakoc.types import Record

DIGITS = 3
APART = 0.15
"""Labels of one group that differ by more have an order."""


class Figure(Record):
    """A measure in [0, 1] with its 95 % interval, bootstrapped over groups."""

    value: float
    low: float
    high: float
    good: int
    """Examples labelled above 0.5; of an order, pairs that are right."""
    bad: int
    """Examples labelled below 0.5; of an order, pairs that are wrong."""


def figure(scores: Array, labels: Array, groups: Sequence[str]) -> Figure:
    """The AUROC of scores for labels; labels of 0.5 are on neither side."""

    def measure(rows: Rows) -> float:
        return auroc(scores[rows], labels[rows])

    low, high = bootstrap_interval(groups, measure)
    return Figure(
        value=round(auroc(scores, labels), DIGITS),
        low=round(low, DIGITS),
        high=round(high, DIGITS),
        good=int((labels > 0.5).sum()),
        bad=int((labels < 0.5).sum()),
    )


def ordered_share(examples: Sequence[JudgeExample], scores: Mapping[str, Array]) -> Figure | None:
    """Share of pairs within a group that the scores order as the labels do; ties count half.

    Args:
        scores: one number an example, by the label that they are compared with; pairs of all labels
            are counted together.
    """
    pairs = [found for part in scores for found in _pairs(examples, part, scores[part])]
    if not pairs:
        return None
    groups, right = [group for group, _ in pairs], np.array([held for _, held in pairs])

    def share(rows: Rows) -> float:
        return float(right[rows].mean())

    low, high = bootstrap_interval(groups, share)
    return Figure(
        value=round(float(right.mean()), DIGITS),
        low=round(low, DIGITS),
        high=round(high, DIGITS),
        good=int((right == 1).sum()),
        bad=int((right < 1).sum()),
    )


def length_effect(scores: Array, labels: Array, texts: Sequence[str]) -> float:
    """Partial correlation of scores with the logarithm of words, given the labels."""
    words = np.log1p(np.array([len(text.split()) for text in texts], dtype=np.float64))
    return round(partial_correlation(scores, words, labels), DIGITS)


def _pairs(
    examples: Sequence[JudgeExample], part: str, scores: Array
) -> Iterator[tuple[str, float]]:
    """For each pair with an order its group, and 1.0 if the scores have it too."""
    members: dict[str, list[int]] = {}
    for row, example in enumerate(examples):
        if part in example.labels:
            members.setdefault(example.group, []).append(row)
    for group, rows in members.items():
        for one, other in combinations(rows, 2):
            wanted = examples[one].labels[part] - examples[other].labels[part]
            found = float(scores[one] - scores[other])
            if abs(wanted) > APART:
                yield group, 0.5 if found == 0 else float((found > 0) == (wanted > 0))
