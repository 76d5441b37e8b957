"""One life between birth and the present: where, when, with what standing.

From where people came to a city is what the spec says of it; how many did is a choice of coverage
and no statistic of migration, because enough lives have to hold two places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from kakoc.ir import City, Standing
from kakoc.plan.circumstances import MOVED
from kakoc.plan.draws import Draws
from kakoc.plan.people import Person, earliest_move
from kakoc.plan.world import Move, World, decade_of, named

BORN_HERE = 0.75
"""Share of people who were born where they live now, unless a category of the spec decides it."""
YEARS_TO_SETTLE = 10
LATER_STAGES = 2
ADULT = 18
STUDENTS_END = 30
STANDINGS: tuple[Standing, ...] = (
    "refugee_asylee",
    "undocumented",
    "student_visa",
    "temporary_worker",
    "permanent_resident",
)
"""On arrival, where the spec names none."""
AGE_GROUPS = (
    (1, "newborn"),
    (6, "early_childhood"),
    (13, "pre-teen"),
    (ADULT, "teen"),
    (65, "adult"),
)
"""Each group ends below its age; `senior` is what is left."""


class Stage(NamedTuple):
    """A time and place that formed somebody."""

    year: int
    age: int
    city: City
    citizenship: str


class Life(NamedTuple):
    """What of a life is known before its present."""

    born: int
    birthplace: City
    stages: tuple[Stage, ...]
    arrived: int | None = None
    """The year of the move to the present city, of those who were not born there."""


def live(world: World, person: Person, draws: Draws) -> Life:
    """A life that leads to the person's city at its age in its present."""
    move = _move(world, person, draws)
    birthplace, arrival = (move.origin, move.first) if move else (person.city, person.born)
    abroad = _Abroad(move, draws)
    stages = []
    for then in _stage_ages(person.age, draws):
        year = person.born + then
        there = birthplace if year < arrival else person.city
        status = abroad.standing(birthplace, there, person.born, year, arrival)
        stages.append(Stage(year, then, there, status))
    known = _distinct([stage for stage in stages if world.knows(stage.year)])
    told = known or (_birth(person.born, birthplace),)
    return Life(person.born, birthplace, told, arrival if move else None)


def age_group(age: int) -> str:
    """The card's word for an age."""
    return next((name for end, name in AGE_GROUPS if age < end), "senior")


def _move(world: World, person: Person, draws: Draws) -> Move | None:
    """How the person came to its city, with the year as both its years; None for the born there."""
    decided = any(MOVED in (*o.gives, *o.bars) for o in person.options.values())
    stayed = MOVED not in person.tags if decided else draws.chance(BORN_HERE)
    first = earliest_move(person.problem, person.present, person.born)
    moves = [] if stayed else world.moves(person.city, first, person.present)
    if not moves:
        return None
    move = draws.pick(moves)
    year = draws.between(move.first, move.last)
    return replace(move, first=year, last=year)


def _stage_ages(age: int, draws: Draws) -> list[int]:
    """One age as a minor and up to two later ones; only adults are in the present."""
    later = [draws.between(ADULT, age) for _ in range(draws.between(0, LATER_STAGES))]
    return [draws.between(0, ADULT - 1), *sorted(later)]


class _Abroad:
    """How somebody stands in another country, so that it never goes backwards in a life."""

    def __init__(self, move: Move | None, draws: Draws) -> None:
        self._arrived: Standing = draws.pick((move.standings if move else ()) or STANDINGS)
        self._settles = move is None or move.settles

    def standing(self, birthplace: City, there: City, born: int, year: int, arrival: int) -> str:
        """The standing of somebody born in `birthplace` who is `there` in a year."""
        if _one_country(birthplace, there, born) or _one_country(birthplace, there, year):
            return "citizen"
        age, settled = year - born, year - arrival >= YEARS_TO_SETTLE
        if self._arrived == "citizen":
            return "citizen"
        if self._settles and settled:
            return "citizen" if self._arrived == "permanent_resident" else "permanent_resident"
        if age < ADULT and self._arrived not in ("refugee_asylee", "permanent_resident"):
            return "child_of_immigrant"
        if self._arrived == "student_visa" and not ADULT <= age < STUDENTS_END:
            return "temporary_worker"
        return self._arrived


def _one_country(one: City, other: City, year: int) -> bool:
    return named(one, year)[1] == named(other, year)[1]


def _distinct(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The first stage of each place and decade."""
    first = {(decade_of(stage.year), stage.city.id): stage for stage in reversed(stages)}
    return tuple(sorted(first.values(), key=lambda stage: stage.year))


def _birth(year: int, city: City) -> Stage:
    return Stage(year, 0, city, "citizen")
