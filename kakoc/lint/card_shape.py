"""Whether a card has the fields and kinds of values of its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kakoc.lint.cards import Card
from kakoc.lint.finding import Finding, found
from kakoc.lint.ground import Ground

RISK = ("presenting_problem", "risk", "self_harm_ideation")
MOST_SHOWN = 160
"""Characters of the validator's sentence, which may quote a whole card."""


def shape(ground: Ground, card: Card) -> Iterator[Finding]:
    """L101: all that does not fit the schema, told by its first place; L107: the risk level."""
    faults = [f for f in ground.validator.iter_errors(card.raw) if tuple(f.absolute_path) != RISK]
    if faults:
        first, more = faults[0], len(faults) - 1
        rest = f" (and {more} more)" if more else ""
        yield found("L101", card.id, f"{_place(first)}: {first.message[:MOST_SHOWN]}{rest}")
    if card.risk and ground.risk_levels and card.risk not in ground.risk_levels:
        levels = ", ".join(ground.risk_levels)
        yield found("L107", card.id, f"self_harm_ideation is {card.risk!r}, not one of {levels}")


def _place(fault: Any) -> str:
    return ".".join(str(part) for part in fault.absolute_path) or "the card"
