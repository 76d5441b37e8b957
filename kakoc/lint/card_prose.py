"""Whether what a model wrote into a card is true of it. Only own cards say what a model wrote."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kakoc.lint.cards import Card, at
from kakoc.lint.facts import contradiction
from kakoc.lint.finding import Finding, found
from kakoc.lint.ground import Ground


def prose(ground: Ground, card: Card) -> Iterator[Finding]:
    """L112. The card has to fit its schema, or there are no facts to compare with."""
    facts = ground.facts.facts(_without(card.raw, ground.prose))
    for path in ground.prose:
        text = at(card.raw, path)
        if reason := contradiction(text, facts):
            yield found("L112", card.id, f"{path[-1]} {reason}: {text!r}")


def _without(card: Mapping[str, Any], paths: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The card before a model wrote, because prose proves nothing about itself."""
    bare = copy.deepcopy(dict(card))
    for *parents, leaf in paths:
        target: Any = bare
        for name in parents:
            target = target.get(name, {})
        target.pop(leaf, None)
    return bare
