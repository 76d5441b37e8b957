"""What a judge learns from its labelled examples: one number a part, stored as JSON.

Cross-validated by group, measured on the authors who wrote for tests, with the figures kept inside
(`kakoc.judging.figures`). Knows no judge class and no file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from kakoc.errors import JudgeError
from kakoc.ir import JudgeExample, JudgeSpec, fingerprint
from kakoc.judging.figures import Figure, figure, length_effect, ordered_share
from kakoc.judging.ladder import Ladder, fit_ladder
from kakoc.judging.part import Part, fit_part, logits_of, sure_enough
from kakoc.judging.reading import Reading, example_item, read
from kakoc.judging.regression import FOLDS, Array, Rows, out_of_fold
from kakoc.judging.seeing import Seen, see, sees_with
from kakoc.ports import Embedder
from kakoc.types import Record, digest

HEAD_VERSION = 3
DIGITS = 5
OVERALL = "overall"
"""The label that is the judge's score itself."""


class Head(Record):
    """Everything needed to score without the examples, and how good it was on unseen ones."""

    version: int = HEAD_VERSION
    judge: str
    embedder: str
    """Identity of what it was fitted with; no other may be used."""
    features: tuple[str, ...]
    parts: dict[str, Part]
    ladder: Ladder | None = None
    """Gives the overall score where its labels are ranks."""
    examples: int
    groups: int
    authors: tuple[str, ...]
    figures: dict[str, Figure]
    """By part, out of fold, folds by group."""
    tests: dict[str, Figure]
    """By part, on the examples of authors who wrote for tests only."""
    order: Figure | None = None
    """Test examples of one group whose order is right, among those that differ: by `overall`, or,
    where no example has that label, by each part."""
    length_effect: float | None = None
    """Partial correlation of the overall score with length, given the label, out of fold."""

    @property
    def fingerprint(self) -> str:
        return digest(self.model_dump(mode="json"))

    def probabilities(
        self, spec: JudgeSpec, readings: Sequence[Reading], embedder: Embedder
    ) -> list[dict[str, float]]:
        """For each reading, how far it has each part."""
        used = sees_with(spec, embedder)
        if used.name != self.embedder:
            raise JudgeError(
                f"the head of judge `{self.judge}` was fitted with {self.embedder}, "
                f"not with {used.name}",
                "run `kakoc build` again",
            )
        if not readings:
            return []
        columns = _scores(see(spec, readings, used), self.parts, self.ladder)
        return [
            {name: round(float(column[row]), DIGITS) for name, column in columns.items()}
            for row in range(len(readings))
        ]

    def strongest(self, name: str, spec: JudgeSpec, reading: Reading, embedder: Embedder) -> str:
        """The sentence that speaks most for a part."""
        seen = see(spec, [reading], sees_with(spec, embedder))
        place = self.parts[name].strongest(seen.sentences[0])
        return (reading.sentences or [reading.text])[place]


def made_of(spec: JudgeSpec) -> str:
    """Identity of what a head is fitted on; weight, floor and rubric are no part of that."""
    parts = [(part.id, part.absence) for part in spec.parts]
    return fingerprint(
        [
            HEAD_VERSION,
            spec.name,
            spec.reads,
            spec.features,
            spec.levels,
            parts,
            spec.lexicon,
            spec.examples,
        ]
    )


def fit_head(spec: JudgeSpec, embedder: Embedder) -> Head:
    """Fit every part that the examples label.

    Raises:
        JudgeError: a part has good or bad examples in fewer than two groups, or the head is below
            the judge's floor.
    """
    used = sees_with(spec, embedder)
    fitting = [example for example in spec.examples if example.use == "fit"]
    seen = see(spec, _readings(spec, fitting), used)
    wanted = [*(part.id for part in spec.parts), OVERALL]
    names = [name for name in wanted if any(name in e.labels for e in fitting)]
    # Many small matrices: a thread a part, none inside, is several times as fast as the reverse.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        made = pool.map(lambda name: _Fit(spec, name, fitting, seen), names)
        fits = dict(zip(names, made, strict=True))
    tests = [example for example in spec.examples if example.use == "test"]
    parts = {name: fit.part for name, fit in fits.items() if fit.part is not None}
    overall = fits.get(OVERALL)
    ladder = overall.ladder if overall else None
    said = _scores(see(spec, _readings(spec, tests), used), parts, ladder) if tests else {}
    head = Head(
        judge=spec.name,
        embedder=used.name,
        features=seen.names,
        parts=parts,
        ladder=ladder,
        examples=len(fitting),
        groups=len({example.group for example in fitting}),
        authors=tuple(sorted({example.author for example in fitting})),
        figures={name: fit.figure for name, fit in fits.items()},
        tests={n: found for n in said if (found := _test_figure(tests, n, said[n])) is not None},
        order=ordered_share(tests, {OVERALL: said[OVERALL]} if OVERALL in said else said),
        length_effect=overall.length_effect if overall else None,
    )
    require_floor(spec, head)
    return head


def require_floor(spec: JudgeSpec, head: Head) -> None:
    """Refuse a head of which a part is worse than its judge's floor.

    Raises:
        JudgeError: it is.
    """
    for name, found in head.figures.items():
        if found.value < spec.floor:
            raise JudgeError(
                f"judge `{spec.name}`, {name}: a cross-validated AUROC of {found.value:.3f} "
                f"[{found.low:.3f}, {found.high:.3f}], below its floor of {spec.floor}",
                f"add examples below spec/judges/{spec.name}/, or lower the floor",
            )


class _Fit:
    """One part of a head in the making: the rows that label it, and what came of them."""

    def __init__(
        self, spec: JudgeSpec, name: str, examples: Sequence[JudgeExample], seen: Seen
    ) -> None:
        rows = np.array([row for row, e in enumerate(examples) if name in e.labels], dtype=np.intp)
        kept = [examples[row] for row in rows]
        self._labels = np.array([example.labels[name] for example in kept])
        self._groups = [example.group for example in kept]
        self._seen = seen.rows(rows)
        self._absence = any(part.id == name and part.absence for part in spec.parts)
        self._replies = [example.reply for example in kept]
        _require_contrast(spec, name, self._labels, self._groups)
        self.ladder: Ladder | None = None
        self.part: Part | None = None
        if name == OVERALL and spec.levels:
            climbed = fit_ladder(spec.levels, self._seen, self._labels, self._groups)
            self.ladder, self.scores = climbed
        else:
            self.scores = out_of_fold(self._groups, self._predict, FOLDS)
            fitted = (self._seen, self._labels, self._groups, self.scores, self._absence)
            part = fit_part(name, *fitted)
            gate = spec.use_for == "gate"
            sure = sure_enough(part, self.scores, self._labels) if gate else part
            self.part = sure
        self.figure = figure(self.scores, self._labels, self._groups)

    @property
    def length_effect(self) -> float:
        return length_effect(self.scores, self._labels, self._replies)

    def _predict(self, train: Rows, test: Rows) -> Array:
        known = [self._groups[row] for row in train]
        return logits_of(
            self._seen.rows(train),
            self._labels[train],
            known,
            self._seen.rows(test),
            self._absence,
        )


def _readings(spec: JudgeSpec, examples: Sequence[JudgeExample]) -> list[Reading]:
    return [read(spec, example_item(spec, example)) for example in examples]


def _scores(seen: Seen, parts: dict[str, Part], ladder: Ladder | None) -> dict[str, Array]:
    columns = {name: part.probabilities(seen) for name, part in parts.items()}
    return columns | ({OVERALL: ladder.scores(seen)} if ladder else {})


def _test_figure(tests: Sequence[JudgeExample], name: str, scores: Array) -> Figure | None:
    rows = [row for row, example in enumerate(tests) if name in example.labels]
    labels = np.array([tests[row].labels[name] for row in rows])
    if not (labels > 0.5).any() or not (labels < 0.5).any():
        return None
    return figure(scores[rows], labels, [tests[row].group for row in rows])


def _require_contrast(spec: JudgeSpec, name: str, labels: Array, groups: Sequence[str]) -> None:
    for side, rows in (("good", labels > 0.5), ("bad", labels < 0.5)):
        if len({group for group, kept in zip(groups, rows, strict=True) if kept}) < 2:
            raise JudgeError(
                f"judge `{spec.name}` needs {side} examples of `{name}` in two groups or more",
                f"add some below spec/judges/{spec.name}/",
            )
