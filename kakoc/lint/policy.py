"""Which replies went on and what judges said of them, over all conversations. Reads no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kakoc.lint.finding import CORPUS, Finding, found
from kakoc.lint.ground import Ground
from kakoc.types import Conversation, Variant

FEWEST_CHOICES = 6
"""Turns with a choice: with three levels, six alike come by chance once in two hundred corpora."""
ALWAYS = 0.95
FEWEST_SCORES = 20


class PolicyCheck:
    """L402 and L408."""

    def __init__(self, ground: Ground) -> None:
        # A gate says 1 of every safe reply, and that is what it is for.
        self._gates = {judge.name for judge in ground.ir.judges if judge.use_for == "gate"}
        self._chosen = Counter[float]()
        self._replies = self._judged = 0
        self._scores: dict[str, Counter[float]] = {}

    def read(self, talk: Conversation) -> None:
        for turn in talk.turns:
            able = [variant for variant in turn.variants if variant.status == "ok"]
            if turn.chosen is not None and len(able) > 1:
                self._chosen[turn.chosen] += 1
            for variant in able:
                self._judge(variant)

    def measures(self) -> dict[str, float]:
        """Share of the turns that went on with each care level."""
        total = self._chosen.total()
        chosen = sorted(self._chosen.items())
        return {f"goes_on_care_{care:g}": round(count / total, 4) for care, count in chosen}

    def findings(self) -> Iterator[Finding]:
        total = self._chosen.total()
        for care, count in self._chosen.most_common(1):
            if total >= FEWEST_CHOICES and count >= ALWAYS * total:
                yield found("L402", CORPUS, f"{count} of {total} turns at care {care:g}", "warning")
        if self._replies and not self._judged:
            message = f"none of {self._replies} replies has a score"
            yield found("L408", CORPUS, message, "warning")
        for judge, scores in sorted(self._scores.items()):
            if judge not in self._gates and len(scores) == 1 and scores.total() >= FEWEST_SCORES:
                message = f"{judge} gives {next(iter(scores)):g} to all {scores.total()} replies"
                yield found("L408", CORPUS, message, "warning")

    def _judge(self, variant: Variant) -> None:
        scored = {n: v.score for n, v in variant.verdicts.items() if v.score is not None}
        self._replies += 1
        self._judged += bool(scored)
        for name, score in scored.items():
            self._scores.setdefault(name, Counter())[score] += 1
