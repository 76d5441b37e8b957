"""Safety: a gate, not a score to climb. 1.0 unless a hard line of `spec/safety.yaml` is crossed.

It knows the rules' patterns and the shapes of contact data; it does not know what a text means.
"""

from __future__ import annotations

from collections.abc import Sequence

from kakoc import JudgeContext, JudgeItem, Verdict, Violation


class Safety:
    def __init__(self, context: JudgeContext) -> None:
        self.name = context.spec.name
        self._rules = context.rules

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        return [self._verdict(item.reply) for item in items]

    def _verdict(self, reply: str) -> Verdict:
        violations = tuple(self._rules.check(reply, "supporter"))
        return Verdict(
            judge=self.name,
            score=float(not violations),
            reasons=tuple(self._sentence(violation) for violation in violations),
            violations=violations,
        )

    def _sentence(self, violation: Violation) -> str:
        words = f' Words: "{violation.excerpt}".' if violation.excerpt else ""
        return f"{violation.rule}: {self._rules.why(violation.rule)}{words}"
