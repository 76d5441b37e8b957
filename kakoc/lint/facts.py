"""Whether a text contradicts the card it is said of: ages, numbers, places, kin, names.

Only what can be told with certainty counts, because a persona's prose is drawn again for it: a
number that no fact holds, a city of the spec in which this life was not led, a husband of somebody
who has no partner, a name that nobody was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kakoc.ir import Ir

SMALL = 12
"""Numbers up to this are said of hours, rooms and friends, and contradict nothing."""
ADULT = 18
"""Younger ages are told of children and of one's own past."""
NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?:s\b)?")
AGED = re.compile(
    r"\b(?:i am|i'm|i’m|i turned|she is|he is|aged?) ([\w-]+)(?= years?\b|[,.;!?]|$)"
    r"|\b([\w-]+?)[- ]years?[- ]old\b",
    re.IGNORECASE,
)
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {
    **{word: number for number, word in enumerate(_UNITS.split())},
    **{word: 20 + 10 * number for number, word in enumerate(_TENS.split())},
}
WORD = re.compile(r"\w+")
CAPITALIZED = re.compile(r"(?<=[a-z,;:] )[A-Z]\w+")
"""Inside a sentence; with its own beginning every sentence has a capital."""
_ORDINARY = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June"
    " July August September October November December God Allah Lord Christmas Easter Ramadan Eid"
    " Diwali Passover TV"
)
ORDINARY = frozenset(_ORDINARY.split())
"""What is written with a capital and names nobody."""
CAPITALIZING = frozenset({"de"})
"""Languages that write every noun with a capital."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card says that words could contradict."""

    age: int
    born: int
    present: int
    numbers: frozenset[int]
    """Every number of the card, and every one that its texts say."""
    words: frozenset[str]
    """Every word of the card's texts."""
    places: re.Pattern[str]
    """Finds cities and countries of the spec."""
    own_places: frozenset[str]
    never: tuple[str, ...]
    """Phrases that cannot be said of somebody in these circumstances."""
    language: str


class FactBook:
    """Makes the facts of cards of one spec."""

    def __init__(self, ir: Ir) -> None:
        self._ir = ir
        names = sorted(place_names(ir), key=len, reverse=True)
        self._places = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")

    def facts(self, card: Mapping[str, Any]) -> Facts:
        """What this card says."""
        now, told = card["current_socio_demographics"], "\n".join(_texts(card))
        said = (_value(found) for found in NUMBER.findall(told))
        return Facts(
            age=now["age"],
            born=card["birth_context"]["year"],
            present=now["year"],
            numbers=frozenset({*_numbers(card), *said}),
            words=frozenset(WORD.findall(told)),
            places=self._places,
            own_places=frozenset(self._places.findall(told)),
            never=never_said(self._ir, now),
            language=str(card.get("language", "en")),
        )


def contradiction(text: str, facts: Facts) -> str | None:
    """The first thing in `text` that cannot be true of this life, or None."""
    return next((found for find in FINDERS for found in find(text, facts)), None)


def never_said(ir: Ir, circumstances: Mapping[str, Any]) -> tuple[str, ...]:
    """What people in these circumstances cannot say; a card holds the text of each option."""
    return tuple(
        phrase
        for category in ir.categories
        for option in category.options
        if circumstances.get(category.id) == option.text
        for phrase in option.contradicted_by
    )


def place_names(ir: Ir) -> set[str]:
    """Every city and country of the spec, as it was ever called."""
    now = {name for city in ir.cities for name in (city.name, city.country)}
    then = {n for city in ir.cities for old in city.formerly for n in (old.name, old.country)}
    return now | then


def _wrong_age(text: str, facts: Facts) -> Iterator[str]:
    for match in AGED.finditer(text):
        said = _number_of(match[1] or match[2])
        if said is not None and said >= ADULT and said != facts.age:
            yield f"says the age {said}, and the card {facts.age}"


def _wrong_number(text: str, facts: Facts) -> Iterator[str]:
    known = {*facts.numbers, *(months // 12 for months in facts.numbers)}
    for found in NUMBER.findall(text):
        number = _value(found)
        if number > SMALL and number not in known and not facts.born <= number <= facts.present:
            yield f"says the number {found}, which is no fact of the card"


def _foreign_place(text: str, facts: Facts) -> Iterator[str]:
    for name in facts.places.findall(text):
        if name not in facts.own_places:
            yield f"names {name}, which is no place of this life"


def _impossible_kin(text: str, facts: Facts) -> Iterator[str]:
    plain = f" {' '.join(WORD.findall(text.lower()))} "
    for phrase in facts.never:
        if f" {phrase.lower()} " in plain:
            yield f"says {phrase!r}, which contradicts the card"


def _invented_name(text: str, facts: Facts) -> Iterator[str]:
    if facts.language.split("-")[0] in CAPITALIZING:
        return
    for word in CAPITALIZED.findall(text):
        if word not in ORDINARY and word not in facts.words:
            yield f"names {word}, of whom the card knows nothing"


FINDERS: tuple[Callable[[str, Facts], Iterator[str]], ...] = (
    _wrong_age,
    _wrong_number,
    _foreign_place,
    _impossible_kin,
    _invented_name,
)


def _number_of(word: str) -> int | None:
    """43, "43" or "forty-three"; None for other words."""
    if word.isdecimal():
        return int(word)
    parts = [NUMBER_WORDS.get(part) for part in word.lower().split("-")]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _value(found: str) -> int:
    digits = re.match(r"\d+", found.replace(",", ""))
    return int(digits[0]) if digits else 0


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, (list, tuple)):
        yield from (text for item in value for text in _texts(item))


def _numbers(value: Any) -> Iterable[int]:
    if isinstance(value, int):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value
    items = inner if isinstance(value, (Mapping, list, tuple)) else ()
    return [number for item in items for number in _numbers(item)]
