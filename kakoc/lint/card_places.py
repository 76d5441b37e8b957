"""Whether the places of a card are known and were called so. Knows the gazetteer, no person."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.lint.cards import Card, Place
from kakoc.lint.finding import Finding, found
from kakoc.lint.gazetteer import Years
from kakoc.lint.ground import Ground


def places(ground: Ground, card: Card) -> Iterator[Finding]:
    """L105 and L106, each once for all places of a card that have it."""
    unknown, misnamed = [], []
    for place, years in dict.fromkeys(_places(ground, card)):
        city = ground.places.city(place.city)
        if city is None:
            unknown.append(place.city)
        elif years and (called := ground.places.misnamed(city, place.city, place.country, years)):
            misnamed.append(f"{place.city}, {place.country} in {_told(years)} was {called}")
    if unknown:
        yield found("L106", card.id, f"the spec has no {'; '.join(dict.fromkeys(unknown))}")
    if misnamed:
        yield found("L105", card.id, "; ".join(misnamed))


def _places(ground: Ground, card: Card) -> Iterator[tuple[Place, Years | None]]:
    """Every place with a name, and the years for which it is named."""
    last = max(ground.presents)
    born = (card.birth_year, card.birth_year) if card.birth_year is not None else None
    # Nobody knows what a city will be called after the present of the spec.
    now = (card.year, card.year) if card.year is not None and card.year <= last else None
    told = [(card.birth, born or _decade(card.birth)), (card.now, now)]
    told += [(stage.place, _decade(stage.place)) for stage in card.stages]
    return ((place, years) for place, years in told if place.city)


def _decade(place: Place) -> Years | None:
    return None if place.decade is None else (place.decade, place.decade + 9)


def _told(years: Years) -> str:
    return str(years[0]) if years[0] == years[1] else f"the {years[0]}s"
