"""Stabilization: is the Seeker steadier after the reply than before it?

From its words before and after and, where it is measured, its distress. It scores the effect, not
the reply: without the Seeker's next message it has no verdict. It cannot tell politeness from
relief.
"""

from __future__ import annotations

from typing import ClassVar

from kakoc import JudgeBase, JudgeItem, Reading, mean

BURDENS = ("fear", "agitation", "hopelessness", "shame", "anger")
GAINS = {"relieved": "relief", "steady": "steadiness", "connected": "connection"}
WEIGHTS = {"unburdened": 0.35, "relieved": 0.25, "steady": 0.2, "connected": 0.1, "not_worse": 0.1}
LEARNED_SHARE = 0.6
MEASURED_SHARE = 0.3
SCALE = 4.0
"""Points of distress (of 10) that count as the whole way up or down."""


class Stabilization(JudgeBase):
    findings: ClassVar = {
        "unburdened": (
            "The next message carries no less distress.",
            "The next message carries less distress.",
        ),
        "relieved": ("No relief is heard.", "Relief is heard."),
        "steady": ("No next step of its own is heard.", "It finds a next step of its own."),
        "connected": ("It reaches out to nobody.", "It reaches out to somebody."),
        "not_worse": ("It says that things are worse.", "It says of nothing that it is worse."),
        "distress": ("Its measured distress did not fall.", "Its measured distress fell."),
    }

    def parts(self, item: JudgeItem, reading: Reading) -> dict[str, float]:
        change = sum(reading.change(name) for name in BURDENS)
        parts = {"unburdened": _clip(0.5 - change / 2)}
        parts |= {part: _share(reading.hits(name)) for part, name in GAINS.items()}
        parts["not_worse"] = float(not reading.hits("worse"))
        if item.distress_before is None or item.distress_after is None:
            return parts
        fallen = item.distress_before - item.distress_after
        return parts | {"distress": _clip(0.5 + fallen / (2 * SCALE))}

    def combine(self, parts: dict[str, float], learned: float | None) -> float:
        heard = mean(parts, WEIGHTS)
        told = heard if learned is None else LEARNED_SHARE * learned + (1 - LEARNED_SHARE) * heard
        if "distress" not in parts:
            return told
        return MEASURED_SHARE * parts["distress"] + (1 - MEASURED_SHARE) * told


def _share(hits: list[str]) -> float:
    """One word of it is most of it; more words say little more."""
    return 1.0 if len(hits) > 1 else 0.7 if hits else 0.0


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))
