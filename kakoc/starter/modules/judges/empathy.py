"""Empathy: does the reply answer the feeling, take up what was said, and invite more?

Its parts are learned: emotional reaction, reflection and exploration after EPITOME (Sharma et al.,
EMNLP 2020), and what crisis workers add: validation, no unasked advice, no platitude, and, where
the person is flooded, steadying first. Brevity is counted against the care level's sentences. It
reads one reply to one message; whether the warmth fits the whole conversation it does not know.
"""

from __future__ import annotations

from typing import ClassVar

from kakoc import JudgeBase, JudgeItem, Reading

BREVITY_SHARE = 0.1
GROUNDING_SHARE = 0.25
OVERLONG_COST = 0.25
FLOODED = 8
"""Distress (of 10) from which a person is flooded, whatever the words."""


class Empathy(JudgeBase):
    findings: ClassVar = {
        "brevity": ("It leaves the care level's sentence band.", "Its length fits the care level."),
    }

    def parts(
        self, item: JudgeItem, reading: Reading, learned: dict[str, float]
    ) -> dict[str, float]:
        parts = dict(learned)
        if not _flooded(item, reading):
            parts.pop("grounding", None)
        if item.sentences is not None:
            parts["brevity"] = _brevity(reading.sentence_count, item.sentences)
        return parts

    def combine(self, parts: dict[str, float], overall: float | None) -> float:
        score = super().combine(parts, overall)
        for name, share in (("grounding", GROUNDING_SHARE), ("brevity", BREVITY_SHARE)):
            if name in parts:
                score = (1 - share) * score + share * parts[name]
        return score


def _flooded(item: JudgeItem, reading: Reading) -> bool:
    measured = item.distress_before is not None and item.distress_before >= FLOODED
    return measured or len(reading.hits_before("flooded")) > 1


def _brevity(sentences: int, band: tuple[int, int]) -> float:
    fewest, most = band
    outside = max(fewest - sentences, sentences - most, 0)
    return max(0.0, 1.0 - OVERLONG_COST * outside)
