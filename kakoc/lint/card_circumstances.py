"""Whether the options of a card can come together in one life. Knows tags; only for own cards.

A card holds the text of each option; what it does not tell stands in `meta.created_from`. Imported
cards say their circumstances in words that no option has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kakoc.ir import Category, Option
from kakoc.lint.cards import NOW, Card, at, sources
from kakoc.lint.finding import Finding, found
from kakoc.lint.ground import Ground

MOVED = "moved"
"""Tag of those who were not born where they live."""
SOURCE = re.compile(r"#([a-z0-9_]+)\.([a-z0-9_]+)$")
BY_ID = {
    "gender": ("gender_at_birth",),
    "risk": ("presenting_problem", "risk", "self_harm_ideation"),
}
"""Categories whose option stands in a field of its own, by its id."""


def circumstances(ground: Ground, card: Card) -> Iterator[Finding]:
    """L111."""
    tags: set[str] = set()
    for category in ground.ir.categories:
        option = _option(category, card)
        if isinstance(option, str):
            yield found("L111", card.id, f"{category.id}: {option!r} is no option of the spec")
        elif option is not None:
            yield from (found("L111", card.id, r) for r in _clashes(category, option, card, tags))
            tags |= set(option.gives)
    yield from (found("L111", card.id, reason) for reason in _unmet(ground, card, tags))


def _option(category: Category, card: Card) -> Option | str | None:
    """The option that a card has of a category; a text that is none; None if it tells nothing."""
    if category.id in BY_ID:
        told = at(card.raw, BY_ID[category.id])
        return next((o for o in category.options if o.id == told), None)  # the shape is L101, L107
    told = at(card.raw, (NOW, category.id))
    if told:
        return next((o for o in category.options if o.text == told), told)
    drawn = {m[1]: m[2] for text in sources(card) if (m := SOURCE.search(text))}
    return next((o for o in category.options if o.id == drawn.get(category.id)), None)


def _clashes(category: Category, option: Option, card: Card, tags: set[str]) -> Iterator[str]:
    youngest, oldest = option.ages
    who = f"{category.id} {option.text!r}"
    if card.age is not None and not youngest <= card.age <= oldest:
        yield f"{who} at {card.age}; its ages are {youngest} to {oldest}"
    if missing := set(option.needs) - tags:
        yield f"{who} without {', '.join(sorted(missing))}"
    if barred := tags.intersection(option.bars):
        yield f"{who} with {', '.join(sorted(barred))}"


def _unmet(ground: Ground, card: Card, tags: set[str]) -> Iterator[str]:
    """What the problem and the places ask of a life and do not get."""
    if (
        MOVED in tags
        and card.birth.city
        and ground.places.city_id(card.birth.city) == (ground.places.city_id(card.now.city))
    ):
        yield f"came from another city, and was born in {card.birth.city}"
    own = ground.problems.named(card.problem_id or card.category)
    if own is None:
        return
    for one_of in own.presupposes:
        if not tags.intersection(one_of):
            yield f"{own.name} without {' or '.join(one_of)}"
    if card.risk in ground.risk_levels and card.risk not in own.risk:
        yield f"{own.name} with the risk {card.risk}; it allows {', '.join(own.risk)}"
