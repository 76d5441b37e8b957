"""What every judge gets (`JudgeContext`) and what most judges share (`JudgeBase`).

A judge is any class that takes one `JudgeContext` and has `judge(items) -> list[Verdict]`. One that
derives from `JudgeBase` writes `parts` and `combine` only. Knows no judge of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kakoc.ir import JudgeSpec
from kakoc.judging.reading import Reading, read
from kakoc.judging.rules import RuleBook
from kakoc.ports import Embedder
from kakoc.types import JudgeItem, Verdict

if TYPE_CHECKING:
    from kakoc.judging.head import Head

DIGITS = 4

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


class JudgeBase:
    """A judge of named parts in [0, 1] and, if it has examples, of a learned number beside them."""

    findings: ClassVar[Findings] = {}
    """Part -> what is said of a reply that lacks it, and of one that has it."""

    def __init__(self, context: JudgeContext) -> None:
        self.context = context
        self.name = context.spec.name

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        readings = [read(self.context.spec, item) for item in items]
        learned = self._learned(readings)
        return [
            self._verdict(item, reading, number)
            for item, reading, number in zip(items, readings, learned, strict=True)
        ]

    def parts(self, item: JudgeItem, reading: Reading) -> dict[str, float]:
        """Named numbers in [0, 1] that people can read."""
        raise NotImplementedError

    def combine(self, parts: dict[str, float], learned: float | None) -> float:
        """The score in [0, 1]; `learned` is None for a judge without a head."""
        raise NotImplementedError

    def _learned(self, readings: list[Reading]) -> Sequence[float | None]:
        head, embedder = self.context.head, self.context.embedder
        if head is None or embedder is None:
            return [None] * len(readings)
        return head.probabilities(self.context.spec, readings, embedder)

    def _verdict(self, item: JudgeItem, reading: Reading, learned: float | None) -> Verdict:
        if not reading.text.strip():
            return unscored(self.name, f"there is no {self.context.spec.reads} to read")
        parts = self.parts(item, reading)
        score = min(1.0, max(0.0, self.combine(parts, learned)))
        shown = parts if learned is None else parts | {"learned": learned}
        return Verdict(
            judge=self.name,
            score=round(score, DIGITS),
            parts={name: round(value, DIGITS) for name, value in shown.items()},
            reasons=self._reasons(parts),
        )

    def _reasons(self, parts: dict[str, float]) -> tuple[str, ...]:
        """What is missing first, worst first; then what is good."""
        told = sorted((value, name) for name, value in parts.items() if name in self.findings)
        lacking = [self.findings[name][0] for value, name in told if value <= 0.5]
        return (*lacking, *(self.findings[name][1] for value, name in told if value >= 0.8))


def unscored(judge: str, reason: str) -> Verdict:
    """No verdict, with its reason. Never a low score: silence is not a bad mark."""
    return Verdict(judge=judge, reasons=(f"unscored: {reason}",))


def mean(parts: dict[str, float], weights: dict[str, float]) -> float:
    """Weighted mean of the parts that are there."""
    total = sum(weight for name, weight in weights.items() if name in parts)
    return sum(weight * parts[name] for name, weight in weights.items() if name in parts) / total
