"""What every judge gets (`JudgeContext`) and what most judges share (`JudgeBase`).

A judge is any class that takes one `JudgeContext` and has `judge(items) -> list[Verdict]`. One that
derives from `JudgeBase` has learned parts and says only what it adds. Knows no judge by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kakoc.ir import JudgeSpec
from kakoc.judging.reading import Reading, read
from kakoc.judging.rules import RuleBook
from kakoc.judging.stated_risk import RiskWatch
from kakoc.ports import Embedder
from kakoc.types import JudgeItem, Verdict

if TYPE_CHECKING:
    from kakoc.judging.head import Head

DIGITS = 4
OVERALL = "overall"
MISSED, THERE = 0.4, 0.7
"""Scores of a part up to which it is said to be missing, and from which to be there."""

Complete = Callable[[Sequence[Mapping[str, str]], int], str]
"""Chat messages and a seed -> the model's answer."""
Findings = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class JudgeContext:
    """Everything a judge may be made of."""

    spec: JudgeSpec
    """Its own entry in `spec/judges.yaml`, lexicon included."""
    rules: RuleBook
    """The spec's hard lines."""
    head: Head | None = None
    """What was learnt from its examples; None for a judge without any."""
    embedder: Embedder | None = None
    watch: RiskWatch | None = None
    """Follows what a Seeker says of wanting to die."""
    complete: Complete | None = None
    """Asks the model that the judge's entry names."""


class JudgeBase:
    """A judge of parts in [0, 1], learned from its examples, and of what its class adds to them."""

    findings: ClassVar[Findings] = {}
    """Part that the class adds -> what is said of a reply that lacks it, and of one that has it."""

    def __init__(self, context: JudgeContext) -> None:
        self.context = context
        self.name = context.spec.name
        learned = {part.id: (part.lacks, part.has) for part in context.spec.parts}
        self._findings = {**learned, **self.findings}
        self._weights = {part.id: part.weight for part in context.spec.parts if part.weight}

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        readings = [read(self.context.spec, item) for item in items]
        learned = self._learned(readings)
        return [
            self._verdict(item, reading, numbers)
            for item, reading, numbers in zip(items, readings, learned, strict=True)
        ]

    def parts(
        self, item: JudgeItem, reading: Reading, learned: dict[str, float]
    ) -> dict[str, float]:
        """Named numbers in [0, 1] that people can read; those that were learned, unless said."""
        return learned

    def combine(self, parts: dict[str, float], overall: float | None) -> float:
        """The score in [0, 1]: half the parts, half what was learned of the whole.

        Args:
            overall: learned from the examples' label `overall`; None where none has it.
        """
        weighed = mean(parts, self._weights) if self._weights.keys() & parts.keys() else None
        known = [value for value in (weighed, overall) if value is not None]
        return sum(known) / len(known) if known else 0.0

    def _learned(self, readings: list[Reading]) -> Sequence[dict[str, float]]:
        head, embedder = self.context.head, self.context.embedder
        if head is None or embedder is None:
            return [{} for _ in readings]
        return head.probabilities(self.context.spec, readings, embedder)

    def _verdict(self, item: JudgeItem, reading: Reading, learned: dict[str, float]) -> Verdict:
        if not reading.text.strip():
            return unscored(self.name, f"there is no {self.context.spec.reads} to read")
        numbers = {name: value for name, value in learned.items() if name != OVERALL}
        parts = self.parts(item, reading, numbers)
        score = min(1.0, max(0.0, self.combine(parts, learned.get(OVERALL))))
        return Verdict(
            judge=self.name,
            score=round(score, DIGITS),
            parts={name: round(value, DIGITS) for name, value in parts.items()},
            reasons=self._reasons(parts),
        )

    def _reasons(self, parts: dict[str, float]) -> tuple[str, ...]:
        """What is missing first, worst first; then what is good."""
        told = sorted((value, name) for name, value in parts.items() if name in self._findings)
        lacking = [self._findings[name][0] for value, name in told if value <= MISSED]
        return (*lacking, *(self._findings[name][1] for value, name in told if value >= THERE))


def unscored(judge: str, reason: str) -> Verdict:
    """No verdict, with its reason. Never a low score: silence is not a bad mark."""
    return Verdict(judge=judge, reasons=(f"unscored: {reason}",))


def mean(parts: dict[str, float], weights: dict[str, float]) -> float:
    """Weighted mean of the parts that are there."""
    total = sum(weight for name, weight in weights.items() if name in parts)
    return sum(weight * parts[name] for name, weight in weights.items() if name in parts) / total
