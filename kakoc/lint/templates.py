"""Whether texts about places say something of the place. Knows names, not what is true.

Cities, countries and decades are taken out; two texts that are then the same, or share more than
half of their runs of four words, are one template.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kakoc.judging.text import ngrams
from kakoc.lint.cards import Card, Place, place_texts
from kakoc.lint.facts import place_names
from kakoc.lint.finding import CORPUS, Finding, Severity, found
from kakoc.lint.gazetteer import plain
from kakoc.lint.ground import Ground

Grams = frozenset[tuple[str, ...]]

WORDS = 4
SHARED = 0.5
"""Share of the runs of four words of the shorter text."""
FEWEST_RUNS = 5
"""A shorter text is a label, not a description."""
MANY, SOME = 0.2, 0.05
"""Share of texts from a template that is an error, a warning: some neighbours were alike."""
YEARS = re.compile(r"\b\d{4}s?\b")


def templates(ground: Ground, cards: Sequence[Card]) -> Iterator[Finding]:
    """L208, over the different texts of all cards."""
    places: dict[str, set[Place]] = defaultdict(set)
    for card in cards:
        for text, place in place_texts(card):
            places[text] |= {place} if place.city else set()
    names = re.compile(rf"\b(?:{'|'.join(_names(ground, places.values()))})\b")
    texts = list(places)
    grams = [_grams(text, names) for text in texts]
    told = [number for number, runs in enumerate(grams) if len(runs) >= FEWEST_RUNS]
    alike = _alike(told, grams)
    alike |= {number for number in told if len(places[texts[number]]) > 1}
    if told and len(alike) > SOME * len(told):
        severity: Severity = "error" if len(alike) > MANY * len(told) else "warning"
        different = len(told) - len(alike)
        share = f"{len(alike)} of {len(told)} texts about places ({len(alike) / len(told):.0%})"
        message = f"{share} share most of their words with another; {different} stand alone"
        yield found("L208", CORPUS, message, severity)


def _names(ground: Ground, places: Iterable[set[Place]]) -> list[str]:
    told = {name for found_ in places for p in found_ for name in (p.city, p.country) if name}
    names = {plain(name) for name in told | place_names(ground.ir)}
    return sorted(map(re.escape, names - {""}), key=len, reverse=True)


def _grams(text: str, names: re.Pattern[str]) -> Grams:
    return ngrams(names.sub(" ", YEARS.sub(" ", plain(text))), WORDS)


def _alike(told: Sequence[int], grams: Sequence[Grams]) -> set[int]:
    """The texts that share more than half of their runs with another."""
    same: dict[Grams, list[int]] = defaultdict(list)
    for number in told:
        same[grams[number]].append(number)
    firsts = [numbers[0] for numbers in same.values()]
    near = _near(firsts, grams)
    return {n for group in same.values() for n in group if len(group) > 1 or group[0] in near}


def _near(told: Sequence[int], grams: Sequence[Grams]) -> set[int]:
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    near: set[int] = set()
    for number in told:
        shared = Counter(other for gram in grams[number] for other in holders[gram])
        for other, count in shared.items():
            if count > SHARED * min(len(grams[number]), len(grams[other])):
                near |= {number, other}
        for gram in grams[number]:
            holders[gram].append(number)
    return near
