"""Empathy: does the reply answer the feeling, take up what was said, and invite more?

Parts after EPITOME (Sharma et al., EMNLP 2020: emotional reactions, interpretations, explorations)
and what crisis workers add: validation, no unasked advice, no platitude, brevity. It reads one
reply to one message; whether the warmth is meant, or fits the whole conversation, it does not know.
"""

from __future__ import annotations

from typing import ClassVar

from kakoc import JudgeBase, JudgeItem, Reading, mean

HEARING = {"emotional_reaction": 0.25, "reflection": 0.35, "exploration": 0.25, "validation": 0.15}
RESTRAINT = ("consent", "no_platitude")
LEARNED_SHARE = 0.6
BREVITY_SHARE = 0.1
OVERLONG_COST = 0.25
PARROT = 0.5
"""Share of copied 4-grams from which a reply repeats instead of reflecting."""


class Empathy(JudgeBase):
    findings: ClassVar = {
        "emotional_reaction": ("It answers no feeling.", "It answers the feeling."),
        "reflection": (
            "It takes up nothing specific of what was said.",
            "It takes up what was said in its own words.",
        ),
        "exploration": ("It asks no open question.", "It invites more with an open question."),
        "validation": (
            "It does not say that the reaction is understandable.",
            "It treats the reaction as understandable.",
        ),
        "consent": ("It gives advice nobody asked for.", "It leaves the choice to the person."),
        "no_platitude": ("It consoles with a platitude.", "It uses no platitude."),
        "brevity": ("It leaves the care level's sentence band.", "Its length fits the care level."),
    }

    def parts(self, item: JudgeItem, reading: Reading) -> dict[str, float]:
        parts = {
            "emotional_reaction": _share(reading.hits("feelings"), reading.hits("warmth")),
            "reflection": _reflection(reading),
            "exploration": reading.exploration,
            "validation": float(bool(reading.hits("validation"))),
            "consent": _consent(reading),
            "no_platitude": float(not reading.hits("platitudes")),
        }
        if item.sentences is None:
            return parts
        return parts | {"brevity": _brevity(reading.sentence_count, item.sentences)}

    def combine(self, parts: dict[str, float], learned: float | None) -> float:
        heard = mean(parts, HEARING)
        restrained = min(parts[name] for name in RESTRAINT)
        seen = heard * (0.4 + 0.6 * restrained)
        core = seen if learned is None else LEARNED_SHARE * learned + (1 - LEARNED_SHARE) * seen
        if "brevity" not in parts:
            return core
        return (1 - BREVITY_SHARE) * core + BREVITY_SHARE * parts["brevity"]


def _share(named: list[str], warm: list[str]) -> float:
    """Both a named feeling and warmth: 1.0; one of them: 0.6."""
    return 1.0 if named and warm else 0.6 if named or warm else 0.0


def _reflection(reading: Reading) -> float:
    if reading.copied >= PARROT:
        return 0.0
    specific = 0.35 * min(2, len(reading.shared_words))
    return min(1.0, specific + 0.4 * bool(reading.hits("reflection")))


def _consent(reading: Reading) -> float:
    if not reading.hits("advice"):
        return 1.0
    return 0.8 if reading.hits("consent") or reading.hits_before("asked") else 0.0


def _brevity(sentences: int, band: tuple[int, int]) -> float:
    fewest, most = band
    outside = max(fewest - sentences, sentences - most, 0)
    return max(0.0, 1.0 - OVERLONG_COST * outside)
