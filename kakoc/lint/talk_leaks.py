"""Whether a Supporter knows of the card what nobody told it. Knows words, not their meaning.

A Supporter may guess that somebody is sad; it cannot guess a number of months, a city of birth or
an age. Only such facts count, and only until the Seeker or an earlier reply has said them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kakoc.judging.text import words
from kakoc.lint.cards import Card
from kakoc.lint.facts import ADULT, NUMBER_WORDS
from kakoc.lint.finding import Finding, Tally
from kakoc.lint.gazetteer import plain
from kakoc.lint.said import Said, supporter_thoughts
from kakoc.lint.vocabulary import Stems, stems
from kakoc.types import Conversation

MONTHS = frozenset({"month", "months"})
FEWEST_STEMS = 2
"""Words of a symptom or trigger; a single one ("anxiety") is guessed too easily."""


@dataclass(slots=True)
class _Known:
    """What was said so far."""

    text: str = " "
    numbers: set[int] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)

    def hear(self, text: str) -> None:
        self.text += f"{plain(text)} "
        self.numbers.update(numbers(words(text)))
        self.stems.update(stems(text))


class LeakCheck:
    """L314, as a rate over replies and, where an import kept them, the Supporter's thoughts."""

    def __init__(self) -> None:
        self._tally = Tally("L314", "tell what only the card says", "Supporter texts")

    def read(self, talk: Conversation, card: Card | None) -> None:
        if card is None:
            return
        known = _Known()
        for number, turn in enumerate(talk.turns):
            known.hear(turn.seeker.message)
            for each in _texts(talk, number):
                leak = next(_leaks(each.text, card, known), None)
                self._tally.add(each.subject, leak)
            if turn.chosen_variant:
                known.hear(turn.chosen_variant.text)

    def findings(self) -> list[Finding]:
        return self._tally.findings()


def _texts(talk: Conversation, number: int) -> Iterator[Said]:
    turn = talk.turns[number]
    for variant in turn.variants:
        if variant.status == "ok":
            yield Said("reply", variant.text, talk.id, turn.index, variant.care)
    for care, thought in supporter_thoughts(talk, number).items():
        yield Said("note", thought, talk.id, turn.index, care)


def _leaks(text: str, card: Card, known: _Known) -> Iterator[str]:
    said, told = words(text), f" {plain(text)} "
    for age in (card.age, card.crisis.get("age")):
        if isinstance(age, int) and age >= ADULT and age in numbers(said) - known.numbers:
            yield f"the age {age}"
    if card.months in _months(said) and card.months not in known.numbers:
        yield f"the {card.months} months"
    for place in _elsewhere(card):
        if f" {place} " in told and f" {place} " not in known.text:
            yield f"the place {place!r}"
    for phrase in (*card.symptoms, *card.triggers):
        if _cites(stems(text), stems(phrase), known):
            yield repr(phrase)


def _cites(told: Stems, fact: Stems, known: _Known) -> bool:
    return len(fact) >= FEWEST_STEMS and fact <= told and fact.isdisjoint(known.stems)


def _elsewhere(card: Card) -> set[str]:
    """Places of the life other than the present one, which a Supporter may know."""
    here = {plain(card.now.city), plain(card.now.country), ""}
    lived = [card.birth, *(stage.place for stage in card.stages)]
    return {plain(name) for place in lived for name in (place.city, place.country)} - here


def numbers(tokens: Sequence[str]) -> set[int]:
    """Every number among the words, in digits or spelled: "thirty five" is 35."""
    return {number for number, _ in _numbers(tokens)}


def _months(tokens: Sequence[str]) -> set[int]:
    return {n for n, after in _numbers(tokens) if MONTHS.intersection(tokens[after : after + 1])}


def _numbers(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Each number and the place of the word behind it."""
    for place, token in enumerate(tokens):
        value = int(token) if token.isdecimal() and len(token) < 6 else NUMBER_WORDS.get(token)
        if value is None:
            continue
        unit = NUMBER_WORDS.get(tokens[place + 1]) if place + 1 < len(tokens) else None
        if not token.isdecimal() and value >= 20 and unit is not None and 0 < unit < 10:
            yield value + unit, place + 2
        else:
            yield value, place + 1
