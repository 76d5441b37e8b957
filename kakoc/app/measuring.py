"""`kakoc judges --measure`: how well judges that ask a model agree with people's labels.

Each is asked about labelled examples of the spec, through the journal, so measuring again is free.
Knows no rubric and no judge's class; a judge that was fitted has its figures from the build.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kakoc.app.asking import load_ir
from kakoc.app.building import BuildResult
from kakoc.app.judges import asking, open_judges
from kakoc.errors import KakocError, ProviderError, RefusedError
from kakoc.ir import Ir, JudgeExample, JudgeSpec
from kakoc.judging import Complete, Figure, score_all
from kakoc.judging.figures import figure, length_effect, ordered_share
from kakoc.judging.reading import example_item
from kakoc.judging.regression import Array, Rows, bootstrap_interval
from kakoc.lm import Journal, close_all
from kakoc.ports import Judge, Meter
from kakoc.project import Project
from kakoc.types import Record, Verdict, digest

LIMIT = 60
"""Examples a judge is asked about, unless said."""
SEED = 20240
OVERALL = "overall"
DIGITS = 3
FLAT = 1e-9
"""Numbers that spread no further are one number."""
MOST_FAILED = 3
"""Calls in a row without an answer after which nobody is there; each was tried again before."""

Asked = Callable[[str, int, int], None]
"""Told the judge, how many examples it was asked about, and how many there are."""


class Spread(Record):
    """A mean with its 95 % interval, bootstrapped over groups."""

    value: float
    low: float
    high: float


class Measurement(Record):
    """How good one judge is on labelled examples; what cannot be told is None, never a number."""

    judge: str
    model: str
    labels_of: tuple[str, ...]
    """The judges whose examples these are; others' labels answer a question beside its own."""
    examples: int
    groups: int
    auroc: Figure | None
    """None without a good and a bad example that were scored."""
    ordered: Figure | None
    """Of pairs of a group that the labels order, the share that the scores order alike."""
    agreement: float | None
    """Mean of the verdicts' part `agreement`; None for a judge that asks once."""
    order_bias: Spread | None
    """How much higher it scores when the scale is told upwards."""
    length_bias: float | None
    """Partial correlation of score and log words, given the label; None where one is constant."""
    unscored: int
    reasons: dict[str, int]
    """Why there was no verdict, and how often."""
    calls: int
    """Calls that were made now."""
    from_journal: int
    """Answers that had been paid before."""


def measured(ir: Ir) -> list[JudgeSpec]:
    """The judges that are measured: those that ask a model."""
    return [spec for spec in ir.judges if spec.model]


def measure_judges(
    project: Project, build: BuildResult, limit: int, progress: Asked
) -> tuple[list[Measurement], list[str]]:
    """Measure each judge that asks a model; the names of the others come with it.

    Raises:
        KakocError: a judge or its model cannot be opened, or the model does not answer.
    """
    ir = load_ir(project, build.fingerprint)
    others = [spec.name for spec in ir.judges if not spec.model]
    if len(others) == len(ir.judges):
        return [], others
    journal = Journal(project.artifacts / "journal" / "journal.sqlite")
    try:
        found = [
            _measure(project, ir, build, spec, journal, limit, progress) for spec in measured(ir)
        ]
    finally:
        close_all()
        journal.close()
    return found, others


def labelled(ir: Ir, spec: JudgeSpec) -> dict[str, tuple[JudgeExample, ...]]:
    """Judge -> examples that tell how good `spec` is: its own, else those about the same text.

    Held-out examples are nobody else's: a rubric that was chosen by them would no longer be blind.
    """
    own = _with_overall(spec)
    if own:
        return {spec.name: own}
    alike = (
        other for other in ir.judges if other.use_for != "heldout" and other.reads == spec.reads
    )
    return {other.name: found for other in alike if (found := _with_overall(other))}


def chosen(pools: Mapping[str, Sequence[JudgeExample]], limit: int) -> list[list[JudgeExample]]:
    """Whole groups in a seeded order, as many as have at most `limit` examples; never none.

    The order hangs on each group's name alone, so a larger limit, or an example that somebody
    added, asks again only about what is new.
    """
    groups: dict[str, list[JudgeExample]] = {}
    for judge, examples in pools.items():
        for example in examples:
            # Two judges may have a group of one name; their labels are not to be compared.
            name = f"{judge}/{example.group}"
            groups.setdefault(name, []).append(example.model_copy(update={"group": name}))
    found: list[list[JudgeExample]] = []
    for name in sorted(groups, key=lambda name: digest([SEED, name], 24)):
        if found and sum(map(len, found)) + len(groups[name]) > limit:
            break
        found.append(groups[name])
    return found


def _with_overall(spec: JudgeSpec) -> tuple[JudgeExample, ...]:
    return tuple(example for example in spec.examples if OVERALL in example.labels)


def _measure(
    project: Project,
    ir: Ir,
    build: BuildResult,
    spec: JudgeSpec,
    journal: Journal,
    limit: int,
    progress: Asked,
) -> Measurement:
    meter, pools = Meter(), labelled(ir, spec)
    groups = chosen(pools, limit)
    line = _Line()

    def complete(name: str) -> Complete:
        return line.through(name, asking(ir, name, journal, meter, lambda *_: None, False))

    alone = ir.model_copy(update={"judges": (spec,)})
    (judge,) = open_judges(project, alone, build.folder, lambda *_: None, complete)
    verdicts = _asked(judge, spec, groups, line, progress)
    examples = [example for group in groups for example in group]
    rows = [row for row, verdict in enumerate(verdicts) if verdict.score is not None]
    silent = [verdict for verdict in verdicts if verdict.score is None]
    return Measurement(
        judge=spec.name,
        model=spec.model or "",
        labels_of=tuple(sorted({example.group.split("/")[0] for example in examples})),
        examples=len(examples),
        groups=len(groups),
        **_figures(spec, [examples[row] for row in rows], [verdicts[row] for row in rows]),
        unscored=len(silent),
        reasons=dict(Counter("; ".join(verdict.reasons) for verdict in silent).most_common()),
        calls=meter.calls,
        from_journal=meter.hits,
    )


class _Line:
    """The line to a model; remembers that nobody is there, which `score_all` turns to silence."""

    def __init__(self) -> None:
        self.failed = 0
        self.dead: ProviderError | None = None

    def through(self, model: str, inner: Complete) -> Complete:
        def complete(messages: Sequence[Mapping[str, str]], seed: int) -> str:
            if self.dead:
                raise self.dead
            try:
                answer = inner(messages, seed)
            except Exception as error:
                # A refusal is an answer: this text got no verdict, the next may.
                root = _root(error)
                if not isinstance(root, RefusedError):
                    self._fail(model, root or error)
                raise
            self.failed = 0
            return answer

        return complete

    def _fail(self, model: str, error: Exception) -> None:
        self.failed += 1
        if self.failed >= MOST_FAILED:
            self.dead = ProviderError(
                f"model {model} does not answer: {type(error).__name__}: {error}",
                "is its server running? what was answered is kept; measuring again goes on",
            )


def _root(error: BaseException | None) -> KakocError | None:
    """The error of ours that DSPy wrapped, if there is one."""
    while error is not None and not isinstance(error, KakocError):
        error = error.__cause__
    return error


def _asked(
    judge: Judge,
    spec: JudgeSpec,
    groups: Sequence[Sequence[JudgeExample]],
    line: _Line,
    progress: Asked,
) -> list[Verdict]:
    """A verdict an example. A group is a batch, like a turn's variants, under the same timeout."""
    verdicts: list[Verdict] = []
    whole = sum(map(len, groups))
    for group in groups:
        items = [example_item(spec, example) for example in group]
        verdicts += [given[spec.name] for given in score_all([judge], items)]
        if line.dead:
            raise line.dead
        progress(spec.name, len(verdicts), whole)
    return verdicts


def _figures(
    spec: JudgeSpec, examples: Sequence[JudgeExample], verdicts: Sequence[Verdict]
) -> dict[str, Figure | Spread | float | None]:
    """What is told of the examples that were scored."""
    scores = np.array([verdict.score for verdict in verdicts], dtype=np.float64)
    labels = np.array([example.labels[OVERALL] for example in examples], dtype=np.float64)
    groups = [example.group for example in examples]
    has_both = bool((labels > 0.5).any() and (labels < 0.5).any())
    # One sample agrees with itself, and has seen the scale one way up.
    parts = verdicts if spec.samples > 1 else []
    agreements = [v.parts["agreement"] for v in parts if "agreement" in v.parts]
    return {
        "auroc": figure(scores, labels, groups) if has_both else None,
        "ordered": ordered_share(examples, {OVERALL: scores}),
        "agreement": round(float(np.mean(agreements)), DIGITS) if agreements else None,
        "order_bias": _order_bias(parts, groups),
        "length_bias": _length_bias(scores, labels, [example.reply for example in examples]),
    }


def _order_bias(verdicts: Sequence[Verdict], groups: Sequence[str]) -> Spread | None:
    """Part `order` is 0.5 where the two ways of telling the scale give one number."""
    told = [row for row, verdict in enumerate(verdicts) if "order" in verdict.parts]
    if not told:
        return None
    leaning = np.array([2 * (verdicts[row].parts["order"] - 0.5) for row in told])

    def mean(rows: Rows) -> float:
        return float(leaning[rows].mean())

    low, high = bootstrap_interval([groups[row] for row in told], mean)
    value, low, high = (round(number, DIGITS) for number in (float(leaning.mean()), low, high))
    return Spread(value=value, low=low, high=high)


def _length_bias(scores: Array, labels: Array, texts: Sequence[str]) -> float | None:
    """None where label alone says every score or every length: what is left is rounding noise."""
    words = np.log1p(np.array([len(text.split()) for text in texts], dtype=np.float64))
    if not len(scores) or _is_told_by(labels, scores) or _is_told_by(labels, words):
        return None
    return length_effect(scores, labels, texts)


def _is_told_by(given: Array, values: Array) -> bool:
    base = np.column_stack([given, np.ones(len(given))])
    return bool(np.ptp(values - base @ np.linalg.lstsq(base, values, rcond=None)[0]) < FLAT)
