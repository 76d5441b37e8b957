"""Stabilization: is the Seeker steadier after the reply than before it?

Learned from pairs of messages, before and next: calmer, more oriented, nearer to somebody; and,
where it is measured, from its distress. It scores the effect, not the reply: without the Seeker's
next message it has no verdict. What is only polite and what is relief it knows from examples alone.
"""

from __future__ import annotations

from typing import ClassVar

from kakoc import JudgeBase, JudgeItem, Reading

MEASURED_SHARE = 0.3
SCALE = 4.0
"""Points of distress (of 10) that count as the whole way up or down."""


class Stabilization(JudgeBase):
    findings: ClassVar = {
        "distress": ("Its measured distress did not fall.", "Its measured distress fell."),
    }

    def parts(
        self, item: JudgeItem, reading: Reading, learned: dict[str, float]
    ) -> dict[str, float]:
        if item.distress_before is None or item.distress_after is None:
            return learned
        fallen = item.distress_before - item.distress_after
        return learned | {"distress": min(1.0, max(0.0, 0.5 + fallen / (2 * SCALE)))}

    def combine(self, parts: dict[str, float], overall: float | None) -> float:
        told = super().combine(parts, overall)
        if "distress" not in parts:
            return told
        return MEASURED_SHARE * parts["distress"] + (1 - MEASURED_SHARE) * told
