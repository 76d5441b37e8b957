"""Whether a conversation is whole: its levels, turns, persona and facts. Reads no text closely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kakoc.lint.card_years import years_off
from kakoc.lint.cards import Card
from kakoc.lint.finding import Finding, found
from kakoc.lint.ground import Ground
from kakoc.types import Conversation, Turn

BIRTHDAY = 1
"""Years by which an age may differ within a run of weeks."""


def shape(ground: Ground, talk: Conversation, card: Card | None) -> Iterator[Finding]:
    """L301 to L305, L309."""
    yield from _levels(ground, talk)
    short = talk.status == "ok" and len(talk.turns) < ground.min_turns
    if short:
        turns = f"{len(talk.turns)} turn{'' if len(talk.turns) == 1 else 's'}"
        yield found("L303", talk.id, f"{turns}, and at least {ground.min_turns} were asked for")
    if card is None:
        yield found("L304", talk.id, f"no persona {talk.persona!r}")
    else:
        yield from _facts(talk, card)
    if empty := [place for turn in talk.turns for place in _empty(ground, turn)]:
        yield found("L309", talk.id, f"{len(empty)} empty: {', '.join(empty[:5])}")


def _levels(ground: Ground, talk: Conversation) -> Iterator[Finding]:
    spec = [level.value for level in ground.ir.care_levels]
    used = sorted({variant.care for turn in talk.turns for variant in turn.variants})
    if foreign := [care for care in used if care not in spec]:
        yield found("L301", talk.id, f"{_list(foreign)}; the spec's levels are {_list(spec)}")
    lacking = [turn.index for turn in talk.turns if len(turn.variants) < len(spec)]
    if lacking:
        turns = ", ".join(map(str, lacking[:5]))
        message = f"{len(lacking)} turns have fewer than {len(spec)} variants: {turns}"
        yield found("L302", talk.id, message)


def _facts(talk: Conversation, card: Card) -> Iterator[Finding]:
    """What the conversation was held with, against the card."""
    crisis = talk.context.get("crisis_context")
    age = crisis.get("age") if isinstance(crisis, Mapping) else None
    if not isinstance(age, int) or isinstance(age, bool):
        return
    off = max(years_off(card, age), abs(age - card.age) if card.age is not None else 0)
    if off > BIRTHDAY:
        born = "" if card.birth.decade is None else f", born in the {card.birth.decade}s"
        told = f"the card {card.age} in {card.year}{born}"
        yield found("L305", talk.id, f"held at the age of {age}; {told}: {off} years off")


def _empty(ground: Ground, turn: Turn) -> Iterator[str]:
    if not turn.seeker.message.strip():
        yield f"turn {turn.index}"
    for variant in turn.variants:
        # A run of our own says why a reply failed; imported data only leave it out.
        failed = variant.status != "ok" and ground.imported
        if failed or (variant.status == "ok" and not variant.text.strip()):
            yield f"turn {turn.index} care {variant.care:g}"


def _list(levels: list[float]) -> str:
    return ", ".join(f"{level:g}" for level in levels)
