"""Presence: does the reply stay with the person?

Staying > staying with a resource as an option > handing over > refusing or sending away, however
warm the opening. It reads one reply; whether a resource was offered a turn ago it does not know.
"""

from __future__ import annotations

from typing import ClassVar

from kakoc import JudgeBase, JudgeItem, Reading

STAYS, STAYS_WITH_OPTION, IDLES, HANDS_OVER, LEAVES = 1.0, 0.8, 0.5, 0.25, 0.05
LEARNED_SHARE = 0.5


class Presence(JudgeBase):
    findings: ClassVar = {
        "stays": ("It does not stay with what was said.", "It stays with the person."),
        "no_handover": ("It hands the person over to somebody else.", "It hands nobody over."),
        "no_refusal": ("It refuses, or sends the person away.", "It refuses nothing."),
    }

    def parts(self, item: JudgeItem, reading: Reading) -> dict[str, float]:
        resource = bool(reading.hits("resources"))
        optional = bool(reading.hits("optional"))
        ordered = bool(reading.hits("handoff")) or (
            resource and not optional and not _stays(reading)
        )
        leaves = reading.hits("refusal") or reading.hits("dismissal")
        return {
            "stays": float(_stays(reading)),
            "no_handover": 0.0 if ordered else 0.8 if resource else 1.0,
            "no_refusal": float(not leaves),
        }

    def combine(self, parts: dict[str, float], learned: float | None) -> float:
        level = _level(parts)
        if learned is None or level == LEAVES:
            return level  # a warm opening must not lift a refusal
        return LEARNED_SHARE * learned + (1 - LEARNED_SHARE) * level


def _stays(reading: Reading) -> bool:
    """It says so, or it shows it: asks about, or takes up, what was said."""
    return bool(
        reading.hits("staying") or reading.exploration == 1.0 or len(reading.shared_words) >= 2
    )


def _level(parts: dict[str, float]) -> float:
    if not parts["no_refusal"]:
        return LEAVES
    if not parts["no_handover"]:
        return HANDS_OVER
    if not parts["stays"]:
        return IDLES
    return STAYS if parts["no_handover"] == 1.0 else STAYS_WITH_OPTION
