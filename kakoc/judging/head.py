"""What a judge learns from its labelled examples: a small fitted head, stored as JSON.

A head sees a reply as the named numbers of `kakoc.judging.reading` and as two cosines: how much
nearer the reply's embedding is to the mean good than to the mean bad example, and the same for
reply minus message answered. It is cross-validated by group, with the figure kept inside.
Knows no judge class and no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kakoc.errors import JudgeError
from kakoc.ir import Ir, JudgeSpec, fingerprint
from kakoc.judging.reading import Reading, example_item, read, structure
from kakoc.judging.regression import (
    Array,
    Rows,
    Weights,
    auroc,
    bootstrap_interval,
    fit_logistic,
    out_of_fold,
)
from kakoc.ports import Embedder
from kakoc.types import Record, digest

HEAD_VERSION = 1
PENALTY = 4.0
FOLDS = 10
DIGITS = 5
LEARNED = ("nearer_to_good", "nearer_to_good_than_before")


class Head(Record):
    """Everything needed to score without the examples, and how good it was on unseen groups."""

    version: int = HEAD_VERSION
    judge: str
    embedder: str
    """Identity of the embedder it was fitted with; no other may be used."""
    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    directions: tuple[tuple[float, ...], tuple[float, ...]]
    """Mean good minus mean bad embedding: of replies, and of replies minus what was said."""
    examples: int
    groups: int
    auroc: float
    """Out of fold, folds by group."""
    auroc_low: float
    auroc_high: float
    """95 % interval, bootstrap over groups."""

    @property
    def fingerprint(self) -> str:
        return digest(self.model_dump(mode="json"))

    def probabilities(
        self, spec: JudgeSpec, readings: Sequence[Reading], embedder: Embedder
    ) -> list[float]:
        """How likely each reading is a good one."""
        if embedder.name != self.embedder:
            raise JudgeError(
                f"the head of judge `{self.judge}` was fitted with {self.embedder}, "
                f"not with {embedder.name}",
                "run `kakoc build` again",
            )
        seen = _see(spec, readings, embedder)
        rows = _columns(seen, np.asarray(self.directions))
        fitted = Weights(
            np.array(self.means), np.array(self.scales), np.array(self.weights), self.bias
        )
        return [round(float(value), DIGITS) for value in fitted.probabilities(rows)]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Readings as arrays: one row each."""

    structure: Array
    replies: Array
    changes: Array

    def rows(self, chosen: Rows) -> _Seen:
        return _Seen(self.structure[chosen], self.replies[chosen], self.changes[chosen])


def fit_heads(ir: Ir, embedder: Embedder) -> dict[str, Head]:
    """A head for every judge that has examples; one below its declared floor is refused."""
    return {spec.name: fit_head(spec, embedder) for spec in ir.judges if spec.examples}


def made_of(spec: JudgeSpec) -> str:
    """Identity of what a head is fitted on; weight, floor and rubric are no part of that."""
    return fingerprint([spec.name, spec.reads, spec.lexicon, spec.examples])


def fit_head(spec: JudgeSpec, embedder: Embedder) -> Head:
    labels = np.array([example.label for example in spec.examples])
    groups = [example.group for example in spec.examples]
    _require_contrast(spec, labels, groups)
    readings = [read(spec, example_item(spec, example)) for example in spec.examples]
    seen = _see(spec, readings, embedder)

    def predict(train: Rows, test: Rows) -> Array:
        kept = [groups[index] for index in train]
        weights, directions = _fit(seen.rows(train), labels[train], kept)
        return weights.probabilities(_columns(seen.rows(test), directions))

    scores = out_of_fold(groups, predict, FOLDS)
    weights, directions = _fit(seen, labels, groups)
    low, high = bootstrap_interval(scores, labels, groups)
    head = Head(
        judge=spec.name,
        embedder=embedder.name,
        features=(*structure(spec, readings[0]), *LEARNED),
        means=_rounded(weights.means),
        scales=_rounded(weights.scales),
        weights=_rounded(weights.weights),
        bias=round(weights.bias, DIGITS),
        directions=(_rounded(directions[0]), _rounded(directions[1])),
        examples=len(labels),
        groups=len(set(groups)),
        auroc=round(auroc(scores, labels), 3),
        auroc_low=round(low, 3),
        auroc_high=round(high, 3),
    )
    require_floor(spec, head)
    return head


def _require_contrast(spec: JudgeSpec, labels: Array, groups: Sequence[str]) -> None:
    for side, rows in (("good", labels > 0.5), ("bad", labels < 0.5)):
        if len({group for group, kept in zip(groups, rows, strict=True) if kept}) < 2:
            raise JudgeError(
                f"judge `{spec.name}` needs {side} examples in two groups or more",
                f"add some to spec/judges/{spec.name}.yaml",
            )


def require_floor(spec: JudgeSpec, head: Head) -> None:
    """Refuse a head that is worse than its judge's floor.

    Raises:
        JudgeError: it is.
    """
    if head.auroc < spec.floor:
        raise JudgeError(
            f"judge `{spec.name}` reaches a cross-validated AUROC of {head.auroc:.3f} "
            f"[{head.auroc_low:.3f}, {head.auroc_high:.3f}], below its floor of {spec.floor}",
            f"add examples to spec/judges/{spec.name}.yaml, or lower the floor",
        )


def _see(spec: JudgeSpec, readings: Sequence[Reading], embedder: Embedder) -> _Seen:
    count = len(readings)
    texts = [reading.text for reading in readings] + [reading.said for reading in readings]
    vectors = np.asarray(embedder.embed(texts), dtype=np.float64)
    replies, said = vectors[:count], vectors[count:]
    numbers = [list(structure(spec, reading).values()) for reading in readings]
    return _Seen(np.array(numbers, dtype=np.float64), replies, _unit(replies - said))


def _fit(seen: _Seen, labels: Array, groups: Sequence[str]) -> tuple[Weights, Array]:
    """Weights and directions; a training row is compared with the means of *other* groups, since
    its own share in a mean would make the cosines look better than they are on new text."""
    named = np.array(groups)
    rows = np.zeros((len(labels), seen.structure.shape[1] + len(LEARNED)))
    for group in sorted(set(groups)):
        own = named == group
        others = np.flatnonzero(~own)
        rows[own] = _columns(
            seen.rows(np.flatnonzero(own)), _directions(seen.rows(others), labels[others])
        )
    return fit_logistic(rows, labels, PENALTY), _directions(seen, labels)


def _directions(seen: _Seen, labels: Array) -> Array:
    good, bad = labels > 0.5, labels < 0.5
    return np.stack(
        [
            _unit(vectors[good].mean(axis=0)) - _unit(vectors[bad].mean(axis=0))
            for vectors in (seen.replies, seen.changes)
        ]
    )


def _columns(seen: _Seen, directions: Array) -> Array:
    return np.column_stack(
        [seen.structure, seen.replies @ directions[0], seen.changes @ directions[1]]
    )


def _unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length < 1e-9, 1.0, length), dtype=np.float64)


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), DIGITS) for value in values)
