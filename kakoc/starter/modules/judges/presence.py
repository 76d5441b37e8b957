"""Presence: does the reply stay with the person?

Staying > staying with a resource as an option > handing over > refusing or sending away, however
warm the opening; learned from replies of each kind to the same message. The parts beside the score
are read from its lexicon and say why. It reads one reply; whether a resource was offered a turn ago
it does not know.
"""

from __future__ import annotations

from typing import ClassVar

from kakoc import JudgeBase, JudgeItem, Reading


class Presence(JudgeBase):
    findings: ClassVar = {
        "stays": ("It does not stay with what was said.", "It stays with the person."),
        "no_handover": ("It hands the person over to somebody else.", "It hands nobody over."),
        "no_refusal": ("It refuses, or sends the person away.", "It refuses nothing."),
    }

    def parts(
        self, item: JudgeItem, reading: Reading, learned: dict[str, float]
    ) -> dict[str, float]:
        named, optional = bool(reading.hits("resources")), bool(reading.hits("optional"))
        stays = _stays(reading)
        ordered = bool(reading.hits("handoff")) or (named and not optional and not stays)
        leaves = reading.hits("refusal") or reading.hits("dismissal")
        return learned | {
            "stays": float(stays),
            "no_handover": 0.0 if ordered else 0.8 if named else 1.0,
            "no_refusal": float(not leaves),
        }


def _stays(reading: Reading) -> bool:
    """It says so, or it shows it: asks about, or takes up, what was said."""
    return bool(
        reading.hits("staying") or reading.exploration == 1.0 or len(reading.shared_words) >= 2
    )
