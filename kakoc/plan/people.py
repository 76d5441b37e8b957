"""Who is in the plan: city, present, age, problem, categories and scores of every row.

Works on columns of all rows at once, in whole blocks. Writes no card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from kakoc.errors import KakocError
from kakoc.ir import City, Ir, Option, Problem, held
from kakoc.plan.circumstances import MOVED, Circumstances
from kakoc.plan.design import BLOCK, Design, Floats
from kakoc.plan.matching import assign
from kakoc.plan.traits import Leanings, scores
from kakoc.plan.world import World

OLDEST = 120
SETTLING_YEARS = 1
"""A trouble that came with a move began at most so many years after it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row before it has a life."""

    index: int
    city: City
    present: int
    """The year in which it speaks."""
    age: int
    problem: Problem
    options: dict[str, Option]
    """By category."""
    scores: dict[str, dict[str, int]]
    """By family and trait."""

    @property
    def born(self) -> int:
        return self.present - self.age

    @property
    def tags(self) -> set[str]:
        return {tag for option in self.options.values() for tag in option.gives}


def people(ir: Ir, world: World, design: Design) -> Iterator[Person]:
    """The rows of the plan, in order.

    Raises:
        KakocError: the distributions of the spec leave nobody to sample.
    """
    whole = design.whole(BLOCK)
    sampler = _Sampler(ir, world, whole)
    options = sampler.options()
    ages = sampler.age_places
    leanings = Leanings(ir.problems, sampler.problems, ages)
    traits = {family.id: scores(family, whole, leanings) for family in ir.families}
    for row in range(design.count):
        yield Person(
            index=row,
            city=ir.cities[sampler.cities[row]],
            present=int(sampler.presents[row]),
            age=int(sampler.ages[row]),
            problem=ir.problems[sampler.problems[row]],
            options={name: column[row] for name, column in options.items()},
            scores={name: column[row] for name, column in traits.items()},
        )


def earliest_move(problem: Problem, present: int, born: int) -> int:
    """The first year in which somebody with this problem can have come to the city."""
    if any(MOVED in one_of for one_of in problem.presupposes):
        return max(born + 1, present - problem.duration_months[1] // 12 - SETTLING_YEARS)
    return born + 1


class _Sampler:
    """Columns of a plan, each drawn given those before it."""

    def __init__(self, ir: Ir, world: World, design: Design) -> None:
        self._ir, self._world, self._design = ir, world, design
        self._circumstances = Circumstances(ir.categories, ir.problems)
        self._possible, self._is_then = cache(self._can_be), cache(self._can_be_told)
        self._grown_up, self._last_move = cache(self._age_shares), cache(self._last_arrival)
        self.cities: list[int] = design.rounds("city", len(ir.cities)).tolist()
        self.presents = self._presents()
        self.age_places = design.strata("age")
        self.ages = self._ages()
        self.problems = self._problems()

    def options(self) -> dict[str, list[Option]]:
        """The option of every row in every category, drawn in the order of the spec."""
        lives = [
            self._circumstances.life(problem, age, self._mobile(city, present, age, problem))
            for city, present, age, problem in zip(
                self.cities, self.presents, self.ages, self.problems, strict=True
            )
        ]
        drawn = {}
        for number, category in enumerate(self._ir.categories):
            odds = np.array([self._circumstances.odds(number, life) for life in lives])
            shares = np.array([option.share for option in category.options])
            column = assign(self._design, category.id, shares, odds).tolist()
            drawn[category.id] = [category.options[place] for place in column]
            lives = [
                self._circumstances.after(number, place, life)
                for place, life in zip(column, lives, strict=True)
            ]
        return drawn

    def _presents(self) -> list[int]:
        chance = self._design.noise("present").tolist()
        return [
            self._present(self._ir.cities[city].id, u)
            for city, u in zip(self.cities, chance, strict=True)
        ]

    def _present(self, city: str, chance: float) -> int:
        for other in self._ir.project.other_presents:
            if other.city == city:
                if chance < other.share:
                    return other.year
                chance -= other.share
        return self._ir.project.present_year

    def _ages(self) -> list[int]:
        """An age of every row: its place in the distribution of ages that its present allows."""
        rows = zip(self.presents, self.age_places.tolist(), strict=True)
        return [int(np.searchsorted(self._grown_up(year), u, "right")) for year, u in rows]

    def _age_shares(self, present: int) -> Floats:
        """Cumulative shares of the ages from 0 to `OLDEST` in a year.

        Raises:
            KakocError: nobody can be of any age then.
        """
        weights = sum(self._spans(present, mobile=False), np.zeros(OLDEST + 1))
        if self._ir.ages:
            weights = np.array([self._told_share(age) for age in range(OLDEST + 1)]) * (weights > 0)
        if not weights.any():
            raise KakocError(
                "nobody can be sampled: no age fits a problem, `min_age`, the decades and every"
                " option",
                "widen `ages` in spec/problems.yaml or spec/traits.yaml, or add earlier decades",
            )
        cumulative: Floats = np.cumsum(weights) / weights.sum()
        return cumulative

    def _spans(self, present: int, mobile: bool) -> list[Floats]:
        """For each problem, shares of the ages at which somebody can have it in a year."""
        ages = range(self._ir.project.min_age, OLDEST + 1)
        known = [age for age in ages if self._world.knows(present - age)]
        spans = []
        for number in range(len(self._ir.problems)):
            span = np.zeros(OLDEST + 1)
            if self._is_then(number, present):
                possible = self._circumstances.possible
                span[[age for age in known if possible(number, age, mobile)]] = 1
            spans.append(span / max(1.0, span.sum()))
        return spans

    def _told_share(self, age: int) -> float:
        bands = ((*band.ages, band.share) for band in self._ir.ages)
        return sum(
            share / (last - first + 1) for first, last, share in bands if first <= age <= last
        )

    def _problems(self) -> list[int]:
        """A problem of every row, all of them equally often as far as ages and cities allow."""
        count = len(self._ir.problems)
        rows = zip(self.cities, self.presents, self.ages, strict=True)
        odds = np.array([self._possible(*row) for row in rows], float).reshape(-1, count)
        # Of all that can be had in some present, whatever the rows: a longer plan has others.
        presents = {
            self._ir.project.present_year,
            *(other.year for other in self._ir.project.other_presents),
        }
        spans = [self._spans(year, mobile=True) for year in presents]
        shares = np.array(
            [any(span.any() for span in of_one) for of_one in zip(*spans, strict=True)]
        )
        column: list[int] = assign(self._design, "problem", shares.astype(float), odds).tolist()
        return column

    def _can_be(self, city: int, present: int, age: int) -> list[bool]:
        """For each problem, whether somebody of that age can have it there and then."""
        return [
            self._is_then(number, present)
            and self._circumstances.possible(number, age, self._mobile(city, present, age, number))
            for number in range(len(self._ir.problems))
        ]

    def _can_be_told(self, number: int, year: int) -> bool:
        """Whether the problem can be had, and told of, in a year."""
        problem = self._ir.problems[number]
        told = (held(items, year) for items in (problem.symptoms, problem.triggers, problem.words))
        return (problem.since or year) <= year and all(told)

    def _mobile(self, city: int, present: int, age: int, problem: int) -> bool:
        first = earliest_move(self._ir.problems[problem], present, present - age)
        return first <= self._last_move(city, present)

    def _last_arrival(self, city: int, present: int) -> int:
        """The last year until `present` in which people came to the city; 0: they never did."""
        moves = self._world.moves(self._ir.cities[city], 0, present)
        return max((move.last for move in moves), default=0)
