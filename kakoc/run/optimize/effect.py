"""What a prompt is worth on people that it never met: before, after, the difference, its interval.

Both prompts speak at the same places, so differences are of pairs; whole cities are drawn for the
interval. Knows numbers, no prompt. What forbids to promote a prompt is said here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kakoc.judging.regression import Rows, bootstrap_interval
from kakoc.run.optimize.cases import HELD_OUT, Case
from kakoc.run.optimize.metric import Scored

SCORE = "score"
HELD_OUT_MARGIN = 0.01
"""So much the held-out judge may fall, where its interval holds zero."""
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of one prompt, as far as numbers go."""

    case: Case
    scored: Scored
    held_out: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    kind: Literal["score", "care", "judge", "held-out judge", "length", "answered"]
    name: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    cases: int
    cities: int

    @property
    def says(self) -> str:
        if self.low > 0:
            return "higher"
        return "lower" if self.high < 0 else "within noise"


@dataclass(frozen=True, slots=True)
class Effect:
    """The whole table."""

    rows: tuple[Row, ...]
    violations: dict[str, tuple[int, int]]
    """Hard line -> replies that cross it, before and after."""
    seekers: int
    cities: int

    def row(self, kind: str) -> Row:
        return next(row for row in self.rows if row.kind == kind)


def effect(before: Sequence[Reply], after: Sequence[Reply]) -> Effect:
    """Compare two prompts on the same cases, in the same order."""
    rows = [_row("score", SCORE, before, after, lambda reply: reply.scored.score)]
    for care in dict.fromkeys(reply.case.care for reply in before if reply.case.care):
        pairs = [(b, a) for b, a in zip(before, after, strict=True) if b.case.care == care]
        one, other = [b for b, _ in pairs], [a for _, a in pairs]
        rows.append(_row("care", care, one, other, lambda reply: reply.scored.score))
    for name in _names(before, after, lambda reply: reply.scored.judges):
        rows.append(_row("judge", name, before, after, _judge(name)))
    for name in _names(before, after, lambda reply: reply.held_out):
        rows.append(_row("held-out judge", name, before, after, _heldout(name)))
    rows.append(_row("length", "characters", before, after, _length))
    rows.append(_row("answered", "share", before, after, lambda r: float(not r.scored.refused)))
    people = {reply.case.persona for reply in before}
    cities = {reply.case.city for reply in before}
    known = tuple(row for row in rows if row is not None)
    return Effect(known, _violations(before, after), len(people), len(cities))


def refusals(found: Effect) -> list[str]:
    """Why the prompt is not to be promoted; none: it is better, and nothing that matters worse."""
    score = found.row("score")
    reasons = []
    if found.seekers < HELD_OUT:
        reasons.append(f"it was measured on {found.seekers} held-out Seekers, not {HELD_OUT}")
    if score.low <= 0:
        reasons.append(
            f"the gain is within noise ({score.difference:+.4f}, 95 % from {score.low:+.4f} to "
            f"{score.high:+.4f})"
            if score.high >= 0
            else f"it is worse ({score.difference:+.4f})"
        )
    judges = [row for row in found.rows if row.kind == "held-out judge"]
    if not judges:
        reasons.append("no held-out judge scored it")
    for row in judges:
        if row.high < 0 or row.difference < -HELD_OUT_MARGIN:
            reasons.append(f"the held-out judge {row.name} falls by {-row.difference:.4f}")
    for rule, (old, new) in found.violations.items():
        if new > old:
            reasons.append(f"hard line {rule} is crossed {new} times, before {old}")
    return reasons


def as_json(found: Effect) -> dict[str, Any]:
    """For `effect.json`."""
    rows = [
        {**{name: getattr(row, name) for name in Row.__slots__}, "says": row.says}
        for row in found.rows
    ]
    return {
        "rows": rows,
        "violations": {rule: list(counts) for rule, counts in found.violations.items()},
        "seekers": found.seekers,
        "cities": found.cities,
        "refusals": refusals(found),
    }


Value = Callable[[Reply], float | None]


def _row(
    kind: Any, name: str, before: Sequence[Reply], after: Sequence[Reply], value: Value
) -> Row | None:
    """None where nothing was scored on both sides."""
    pairs = [
        (old.case.city, first, second)
        for old, new in zip(before, after, strict=True)
        if (first := value(old)) is not None and (second := value(new)) is not None
    ]
    if not pairs:
        return None
    cities = [city for city, _, _ in pairs]
    ones = np.array([first for _, first, _ in pairs])
    others = np.array([second for _, _, second in pairs])
    differences = others - ones

    def mean(rows: Rows) -> float:
        return float(differences[rows].mean())

    low, high = bootstrap_interval(cities, mean)
    numbers = (ones.mean(), others.mean(), differences.mean(), low, high)
    old, new, gain, least, most = (round(float(number), DIGITS) for number in numbers)
    return Row(kind, name, old, new, gain, least, most, len(pairs), len(set(cities)))


def _names(
    before: Sequence[Reply], after: Sequence[Reply], of: Callable[[Reply], Mapping[str, float]]
) -> list[str]:
    return list(dict.fromkeys(name for reply in (*before, *after) for name in of(reply)))


def _judge(name: str) -> Value:
    return lambda reply: reply.scored.judges.get(name)


def _heldout(name: str) -> Value:
    return lambda reply: reply.held_out.get(name)


def _length(reply: Reply) -> float | None:
    return None if reply.scored.refused else float(reply.scored.length)


def _violations(before: Sequence[Reply], after: Sequence[Reply]) -> dict[str, tuple[int, int]]:
    old, new = (
        Counter(rule for reply in side for rule in reply.scored.violations)
        for side in (before, after)
    )
    return {rule: (old[rule], new[rule]) for rule in sorted({*old, *new})}
