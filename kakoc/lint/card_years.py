"""Ages, years and life stages against each other. Arithmetic only; knows no place and no problem.

The prototype tells a decade of birth where ours tells a year, so birth is a span of years here.
"""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.lint.cards import Card, StageView
from kakoc.lint.finding import Finding, found
from kakoc.lint.ground import Ground

OLDEST = 120
BIRTHDAY = 1
"""Somebody whose birthday is still to come is a year younger than the years say."""
AGE_GROUPS = {
    "newborn": (0, 0),
    "early_childhood": (1, 5),
    "pre-teen": (6, 12),
    "teen": (13, 17),
    "adult": (18, 64),
    "senior": (65, OLDEST),
}


def years(ground: Ground, card: Card) -> Iterator[Finding]:
    """L102, L103, L104, L113."""
    yield from _present(ground, card)
    yield from _age(ground, card)
    if card.born is not None:
        for stage in card.stages:
            if reason := _misplaced(card, card.born, stage):
                yield found("L104", card.id, reason)


def years_off(card: Card, age: int) -> int:
    """How many years an age is away from what birth and present allow; 0 if it fits."""
    if card.year is None or card.born is None:
        return 0
    first, last = card.born
    youngest, oldest = card.year - last - BIRTHDAY, card.year - first
    return max(youngest - age, age - oldest, 0)


def _present(ground: Ground, card: Card) -> Iterator[Finding]:
    year, last = card.year, max(ground.presents)
    if year is None:
        return
    if year > last:
        yield found("L103", card.id, f"speaks in {year}, and the present of the spec is {last}")
    elif card.born and year < card.born[0]:
        yield found("L103", card.id, f"speaks in {year}, before its birth in {card.born[0]}")
    elif not ground.imported and year not in ground.presents:
        known = ", ".join(map(str, sorted(ground.presents)))
        yield found("L103", card.id, f"speaks in {year}, which is no present of the spec ({known})")
    elif card.now.decade is not None and year // 10 * 10 != card.now.decade:
        yield found("L103", card.id, f"speaks in {year}, and its decade is {card.now.decade}s")


def _age(ground: Ground, card: Card) -> Iterator[Finding]:
    birth, age = card.birth, card.age
    year = card.birth_year
    if year is not None and birth.decade is not None and year // 10 * 10 != birth.decade:
        yield found("L102", card.id, f"born in {year}, and its birth decade is {birth.decade}s")
    if age is None:
        return
    exact = year is not None and card.year is not None and age != card.year - year
    if exact or (year is None and years_off(card, age)):
        born = year if year is not None else f"the {birth.decade}s"
        yield found("L102", card.id, f"is {age} in {card.year}, and was born in {born}")
    if age < ground.ir.project.min_age:
        yield found("L113", card.id, f"is {age}; no Seeker is below {ground.ir.project.min_age}")


def _misplaced(card: Card, born: tuple[int, int], stage: StageView) -> str:
    """Why this stage cannot be part of the life; empty if it can."""
    decade = stage.place.decade
    if decade is None:
        return ""
    where = f"a stage in {stage.place.city or 'a city'} in the {decade}s"
    if decade + 9 < born[0]:
        return f"{where}, before the birth in {_span(born)}"
    if card.year is not None and decade > card.year:
        return f"{where}, after the present {card.year}"
    youngest = max(decade - born[1], 0)
    oldest = min(decade + 9, card.year if card.year is not None else decade + 9) - born[0]
    group = AGE_GROUPS.get(stage.age_group)
    if group and (group[1] < youngest or oldest < group[0]):
        return f"{where} as {stage.age_group}, at an age of {_span((youngest, oldest))}"
    return ""


def _span(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"
