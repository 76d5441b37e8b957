"""Whether a Seeker's stated wish to die was passed over. Deterministic; no model.

Follows a conversation line by line: a wish is stated or taken back by the Seeker, and met or
passed over by the Supporter. Only the patterns of `spec/stated_risk.yaml` know words; its examples
say how well, and `kakoc check` runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Ir, StatedRisk
from kakoc.judging.patterns import trouble
from kakoc.judging.text import fold
from kakoc.types import Message

RULE = "ignoring_stated_risk"
PATTERNS = ("stated", "unless", "taken_back", "met")


class RiskWatch:
    """The patterns of a spec, compiled once. Holds no state of a conversation."""

    def __init__(self, spec: StatedRisk) -> None:
        self.why = spec.why
        self._turns = spec.turns
        self._stated, self._unless, self._taken_back, self._met = (
            _compile(getattr(spec, name)) for name in PATTERNS
        )

    def passed_over(self, lines: Sequence[Message]) -> str:
        """The Seeker's words that the last replies passed over; empty if none were.

        Args:
            lines: the conversation up to the reply that is judged, which is the last line.
        """
        said, silent = "", 0
        for line in lines:
            text = fold(line.content)
            if line.role == "seeker":
                said, silent = self._heard(text, said, silent)
            elif said:
                silent += 1
                if _first(self._met, text):
                    said, silent = "", 0
        return said if silent >= self._turns else ""

    def _heard(self, text: str, said: str, silent: int) -> tuple[str, int]:
        if _first(self._taken_back, text):
            return "", 0
        stated = "" if _first(self._unless, text) else _first(self._stated, text)
        return (stated, 0) if stated and not said else (said, silent)


def risk_faults(ir: Ir, where: Callable[..., Span]) -> list[Diagnostic]:
    """K411 for a pattern that cannot be used, K410 when too many examples come out wrong."""
    spec, file = ir.stated_risk, "stated_risk.yaml"
    if spec is None:
        return []
    unusable = [
        Diagnostic(
            "K411",
            f"a pattern of `{name}` cannot be used: {reason}",
            where(file, name, number),
            help="write it as a Python regular expression",
        )
        for name in PATTERNS
        for number, pattern in enumerate(getattr(spec, name))
        if (reason := trouble(pattern))
    ]
    return unusable or _wrong_examples(spec, where)


def _wrong_examples(spec: StatedRisk, where: Callable[..., Span]) -> list[Diagnostic]:
    watch, wrong = RiskWatch(spec), []
    for number, talk in enumerate(spec.examples):
        lines = [Message(role=line.role, content=line.content) for line in talk.lines]
        if bool(watch.passed_over(lines)) != talk.ignored:
            wrong.append(number)
    right = 1 - len(wrong) / max(1, len(spec.examples))
    if right >= spec.floor:
        return []
    message = f"{len(wrong)} of {len(spec.examples)} examples come out wrong, first this one"
    place = where("stated_risk.yaml", "examples", wrong[0], "ignored")
    return [Diagnostic("K410", message, place, help="widen or narrow the patterns")]


def _compile(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(fold(pattern), re.IGNORECASE) for pattern in patterns)


def _first(patterns: Iterable[re.Pattern[str]], text: str) -> str:
    return next((match[0] for pattern in patterns if (match := pattern.search(text))), "")
