"""Whether scores vary as people do, or were copied. Knows numbers, no words.

A plan of our own samples scores, so its spread is the spec's; a model that is asked for scores
stays near the middle, or near the card that it was shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import pstdev

from kakoc.ir import Trait, TraitFamily
from kakoc.lint.cards import Card, score
from kakoc.lint.finding import CORPUS, Finding, found
from kakoc.lint.ground import Ground

FEWEST = 20
"""Cards below which a spread says nothing: with twenty, one in a hundred thousand corpora would
come out as narrow as `NARROW`."""
NARROW = 0.4
"""Share of the spec's standard deviation below which a trait has collapsed."""
RANGE = 2.0
"""Standard deviations of the spec from lowest to highest score; twenty people span about 3.7."""
NEAR = 5
"""Points within which a score counts as copied: models jitter what they copy."""
MOST = 0.7
"""Share of a family's scores that have to be near for a card to be a copy."""
COPIES = 0.2
"""Share of cards that may be near the commonest one; chance brings less than one in a hundred."""
MOST_SHOWN = 6


def spread(ground: Ground, cards: Sequence[Card]) -> Iterator[Finding]:
    """L205, L206, L207."""
    if len(cards) < FEWEST:
        return
    traits = [(f, trait) for f in ground.ir.families for trait in f.traits]
    narrow = list(filter(None, (_narrow(f, trait, cards) for f, trait in traits)))
    short = list(filter(None, (_short(f, trait, cards) for f, trait in traits)))
    for code, told in (("L205", narrow), ("L206", short)):
        if told:
            shown = "; ".join(text for _, text in sorted(told)[:MOST_SHOWN])
            message = f"{len(told)} of {len(traits)} traits: {shown}"
            yield found(code, CORPUS, message)
    yield from (copy for family in ground.ir.families for copy in _copies(family, cards))


def _values(family: TraitFamily, trait: Trait, cards: Sequence[Card]) -> list[float]:
    scores = (score(card, family.id, trait.id) for card in cards)
    return [value for value in scores if value is not None]


def _narrow(family: TraitFamily, trait: Trait, cards: Sequence[Card]) -> tuple[float, str] | None:
    values = _values(family, trait, cards)
    if len(values) < FEWEST:
        return None
    sd = pstdev(values)
    text = f"{trait.id} sd {sd:.1f} (spec {trait.sd:g})"
    return (sd / trait.sd, text) if sd < NARROW * trait.sd else None


def _short(family: TraitFamily, trait: Trait, cards: Sequence[Card]) -> tuple[float, str] | None:
    values = _values(family, trait, cards)
    if len(values) < FEWEST:
        return None
    low, high = min(values), max(values)
    text = f"{trait.id} {low:g}-{high:g} (spec {trait.mean:g}, sd {trait.sd:g})"
    return ((high - low) / trait.sd, text) if high - low < RANGE * trait.sd else None


def _copies(family: TraitFamily, cards: Sequence[Card]) -> Iterator[Finding]:
    """The card that most cards are near, trait by trait, and how many are near it."""
    modal = {t.id: _crowded(_values(family, t, cards)) for t in family.traits}
    needed = math.ceil(MOST * len(modal))
    near = sum(_nearness(family, card, modal) >= needed for card in cards)
    if near > COPIES * len(cards) and needed > 1:
        told = ", ".join(f"{name} {value:g}" for name, value in modal.items())
        count = f"{near} of {len(cards)} cards"
        rule = f"within {NEAR} points in {needed} of {len(modal)} scores"
        yield found("L207", CORPUS, f"{family.id}: {count} are {rule} of one card: {told}")


def _crowded(values: Sequence[float]) -> float:
    """The score with most others near it."""
    return max(
        sorted(set(values)),
        key=lambda v: sum(abs(v - other) <= NEAR for other in values),
        default=0,
    )


def _nearness(family: TraitFamily, card: Card, modal: dict[str, float]) -> int:
    scores = {name: score(card, family.id, name) for name in modal}
    return sum(v is not None and abs(v - modal[name]) <= NEAR for name, v in scores.items())
