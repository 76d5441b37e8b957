"""One learned number: how far a text has one part. Fitted on labels, calibrated out of fold.

Two stages. A line on single sentences learns which one does it: in a text that has the part one
sentence is enough, in a text that lacks it none may (multiple-instance learning as in MI-SVM,
Andrews, Tsochantaridis and Hofmann, NIPS 2002, with logistic loss). A second line sees the whole
text, the counts, and the first line's highest and mean sentence. Knows no judge and no file.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kakoc.judging.regression import Array, Line, Rows, fit_line, folds_of, sigmoid
from kakoc.judging.seeing import Seen
from kakoc.types import Record

SENTENCE_PENALTY = 5_000.0
SENTENCE_COUNT_PENALTY = 2_000.0
VECTOR_PENALTY = 1_000.0
COUNT_PENALTY = 110.0
POOLED_PENALTY = 28.0
"""Penalties on standardized columns; chosen once by fitting on one author and testing on another,
and for all parts alike."""
ROUNDS = 2
INNER_FOLDS = 3
CALIBRATION_PENALTY = 1e-3
PRECISION = 0.97
FALSE_ALARMS = 0.003
"""Of a detector on unseen groups: how many of its alarms are right; alarms among the harmless."""
DIGITS = 5


class Part(Record):
    """Everything that is needed to score one part without the examples."""

    id: str
    sentence_weights: tuple[float, ...]
    sentence_bias: float
    weights: tuple[float, ...]
    """Of the text's vectors, the counts, the highest and the mean sentence."""
    bias: float
    slope: float
    """Calibration: the probability is the sigmoid of slope x logit + intercept."""
    intercept: float
    threshold: float | None = None
    """For a detector: the probability from which it says yes; None: it never does."""

    def probabilities(self, seen: Seen) -> Array:
        """Calibrated, one a row."""
        logits = _columns(seen, self._sentence).dot(np.array(self.weights)) + self.bias
        return sigmoid(self.slope * logits + self.intercept)

    def strongest(self, sentences: Array) -> int:
        """The number of the sentence that speaks most for the part."""
        return int(self._sentence.logits(sentences).argmax())

    @property
    def _sentence(self) -> Line:
        return Line(np.array(self.sentence_weights), self.sentence_bias)


def fit_part(
    name: str, seen: Seen, labels: Array, groups: Sequence[str], held_out: Array, absence: bool
) -> Part:
    """The part fitted on all rows.

    Args:
        held_out: logits of the same rows by models that did not see their groups; calibrates.
    """
    sentence, line = _fit(seen, labels, groups, absence)
    calibration = fit_line(held_out[:, None], labels, CALIBRATION_PENALTY, unscaled=True)
    return Part(
        id=name,
        sentence_weights=_rounded(sentence.weights),
        sentence_bias=round(sentence.bias, DIGITS),
        weights=_rounded(line.weights),
        bias=round(line.bias, DIGITS),
        slope=round(float(calibration.weights[0]), DIGITS),
        intercept=round(calibration.bias, DIGITS),
    )


def sure_enough(part: Part, held_out: Array, labels: Array) -> Part:
    """The part with the lowest threshold at which it was right often enough on unseen groups.

    Near misses are far commoner among the examples than among ordinary replies, and violations too:
    precision alone would let a detector cry at every tenth harmless reply.
    """
    chances = sigmoid(part.slope * held_out + part.intercept)
    order = np.argsort(-chances, kind="stable")
    bad = labels[order] > 0.5
    precision = np.cumsum(bad) / np.arange(1, len(order) + 1)
    alarms = np.cumsum(~bad) / max(1, int((~bad).sum()))
    sure = np.flatnonzero((precision >= PRECISION) & (alarms <= FALSE_ALARMS))
    threshold = round(float(chances[order[sure[-1]]]), DIGITS) if len(sure) else None
    return part.model_copy(update={"threshold": threshold})


def logits_of(
    train: Seen, labels: Array, groups: Sequence[str], test: Seen, absence: bool
) -> Array:
    """What a part fitted on some rows says of others, not calibrated."""
    sentence, line = _fit(train, labels, groups, absence)
    return line.logits(_columns(test, sentence))


def _fit(seen: Seen, labels: Array, groups: Sequence[str], absence: bool) -> tuple[Line, Line]:
    pooled = np.zeros((len(labels), 2))
    # The second stage must meet sentence scores as good as they will be on new text.
    for train, test in folds_of(groups, INNER_FOLDS):
        inner = _sentence_line(seen.rows(train), labels[train], absence)
        pooled[test] = _pooled(seen.rows(test), inner)
    rows = np.column_stack([seen.vectors, seen.counts, pooled])
    penalty = np.full(rows.shape[1], VECTOR_PENALTY)
    penalty[seen.vectors.shape[1] :] = COUNT_PENALTY
    penalty[-2:] = POOLED_PENALTY
    return _sentence_line(seen, labels, absence), fit_line(rows, labels, penalty)


def _sentence_line(seen: Seen, labels: Array, absence: bool) -> Line:
    """Higher for a sentence that shows the part (`absence`: that spoils it)."""
    shown = 1 - labels if absence else labels
    clear = [row for row in range(len(labels)) if abs(shown[row] - 0.5) >= 0.25]
    bags = [seen.sentences[row] for row in clear]
    owner = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    rows, has_it = np.vstack(bags), (shown[clear] > 0.5).astype(float)
    counts = 1.0 / np.bincount(owner)[owner]
    penalty = np.full(rows.shape[1], SENTENCE_PENALTY)
    penalty[seen.dimensions :] = SENTENCE_COUNT_PENALTY
    line = fit_line(rows, has_it[owner], penalty, counts)
    for _ in range(ROUNDS):
        counts = _responsible(line.logits(rows), owner, has_it)
        line = fit_line(rows, has_it[owner], penalty, counts, start=line)
    return line


def _responsible(logits: Array, owner: Rows, has_it: Array) -> Array:
    """How much each sentence counts for its text: where it shows, one; where not, the likeliest."""
    counts = np.zeros(len(logits))
    for bag in range(len(has_it)):
        own = np.flatnonzero(owner == bag)
        if has_it[bag]:
            counts[own[logits[own].argmax()]] = 1.0
        else:
            heights = np.exp(logits[own] - logits[own].max())
            counts[own] = heights / heights.sum()
    return counts


def _columns(seen: Seen, sentence: Line) -> Array:
    return np.column_stack([seen.vectors, seen.counts, _pooled(seen, sentence)])


def _pooled(seen: Seen, line: Line) -> Array:
    found = [line.logits(sentences) for sentences in seen.sentences]
    return np.array([[logits.max(), logits.mean()] for logits in found]).reshape(-1, 2)


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), DIGITS) for value in values)
