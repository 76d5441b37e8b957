"""One life between birth and the present: where, when, with what standing. Knows no problem.

The shares below are choices of coverage, not statistics of migration: enough lives have to hold
two places, and no place or gender is treated unlike another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kakoc.ir import City
from kakoc.plan.draws import Draws
from kakoc.plan.world import World, decade_of, named

BORN_HERE = 0.75
"""Share of people who were born where they live now."""
FROM_THE_REGION = 0.6
"""Share of the others who come from a city of the same region, where the spec has one."""
YEARS_TO_SETTLE = 10
LATER_STAGES = 2
AGE_GROUPS = (
    (1, "newborn"),
    (6, "early_childhood"),
    (13, "pre-teen"),
    (18, "teen"),
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


class _Path(NamedTuple):
    """A way of standing abroad, fixed for a whole life so that it never goes backwards."""

    minor: str
    young: str
    adult: str
    senior: str
    settled: str


_REFUGE, _CHILD, _STAY = "refugee_asylee", "child_of_immigrant", "permanent_resident"
_HIDDEN, _STUDENT, _WORKER = "undocumented", "student_visa", "temporary_worker"
_PATHS = (
    _Path(minor=_REFUGE, young=_REFUGE, adult=_REFUGE, senior=_REFUGE, settled=_STAY),
    _Path(minor=_CHILD, young=_HIDDEN, adult=_HIDDEN, senior=_STAY, settled=_STAY),
    _Path(minor=_CHILD, young=_STUDENT, adult=_WORKER, senior=_STAY, settled=_STAY),
    _Path(minor=_STAY, young=_STAY, adult=_STAY, senior=_STAY, settled="citizen"),
)


def live(world: World, city: City, age: int, draws: Draws) -> Life:
    """A life that leads to `city` at `age` in the world's present."""
    birthplace, arrival = _origin(world.cities, city, age, draws)
    path = draws.pick(_PATHS)
    born = world.present - age
    stages = []
    for then in _stage_ages(age, draws):
        there = birthplace if then < arrival else city
        status = _citizenship(birthplace, there, born, then, arrival, path)
        stages.append(Stage(born + then, then, there, status))
    known = [stage for stage in stages if world.knows(stage.year)]
    return Life(born, birthplace, _distinct(known) or (_birth(born, birthplace),))


def age_group(age: int) -> str:
    """The card's word for an age."""
    return next((name for end, name in AGE_GROUPS if age < end), "senior")


def _origin(cities: Sequence[City], city: City, age: int, draws: Draws) -> tuple[City, int]:
    """Where somebody was born, and at what age they came to `city`."""
    others = [other for other in cities if other.id != city.id]
    if not others or draws.chance(BORN_HERE):
        return city, 0
    near = [other for other in others if other.region == city.region]
    pool = near if near and draws.chance(FROM_THE_REGION) else others
    return draws.pick(pool), draws.between(1, age)


def _stage_ages(age: int, draws: Draws) -> list[int]:
    """One age as a minor and up to two later ones; only adults are in the present."""
    later = [draws.between(18, age) for _ in range(draws.between(0, LATER_STAGES))]
    return [draws.between(0, 17), *sorted(later)]


def _citizenship(
    birthplace: City, there: City, born: int, age: int, arrival: int, path: _Path
) -> str:
    if _one_country(birthplace, there, born) or _one_country(birthplace, there, born + age):
        return "citizen"
    if age < 18:
        return path.minor
    if age - arrival >= YEARS_TO_SETTLE:
        return path.settled
    if age >= 65:
        return path.senior
    return path.young if age < 30 else path.adult


def _one_country(one: City, other: City, year: int) -> bool:
    return named(one, year)[1] == named(other, year)[1]


def _distinct(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The first stage of each place and decade."""
    first = {(decade_of(stage.year), stage.city.id): stage for stage in reversed(stages)}
    return tuple(sorted(first.values(), key=lambda stage: stage.year))


def _birth(year: int, city: City) -> Stage:
    return Stage(year, 0, city, "citizen")
