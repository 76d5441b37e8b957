"""Which options of the categories can come together in one life. Knows tags, draws nothing.

An option gives tags ("partner", "job"), needs some that earlier categories gave, is barred by some
and likelier with others; a problem presupposes some. An option is open to a life only if the rest
of that life can still be completed, so nobody has to be thrown away later.

Lives are compared by what decides about options and nothing else: a band of ages in which the same
options are open, and what a problem demands. So there are few of them, whatever the plan's length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from math import prod
from typing import NamedTuple

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Category, Ir, Option, Problem

MOVED = "moved"
"""Tag of those who were not born where they live."""
RISK = "risk"
"""The category whose options the problem limits too."""
Tags = frozenset[str]


class Demand(NamedTuple):
    """What a problem asks of a life."""

    presupposes: tuple[tuple[str, ...], ...]
    risk: tuple[str, ...]


class Life(NamedTuple):
    """What decides about the options of one person so far."""

    demand: Demand
    band: int
    """Of ages; see `Circumstances.life`."""
    mobile: bool
    """Whether there was a way to come to its city from another."""
    tags: Tags = frozenset()


class Circumstances:
    """The categories of a spec against its problems."""

    def __init__(self, categories: tuple[Category, ...], problems: tuple[Problem, ...]) -> None:
        self._categories = categories
        self._demands = [Demand(problem.presupposes, problem.risk) for problem in problems]
        self._spans = [problem.ages for problem in problems]
        self._bands = _bands(categories)
        self._asked = _asked_tags(categories, problems)
        self.odds = cache(self._odds)
        self._finishes = cache(self._can_finish)

    def life(self, problem: int, age: int, mobile: bool) -> Life:
        """A life before any option is drawn."""
        return Life(self._demands[problem], bisect_right(self._bands, age) - 1, mobile)

    def possible(self, problem: int, age: int, mobile: bool) -> bool:
        """Whether anybody of that age can have the problem."""
        youngest, oldest = self._spans[problem]
        return youngest <= age <= oldest and self._finishes(0, self.life(problem, age, mobile))

    def after(self, number: int, option: int, life: Life) -> Life:
        """The life once it has taken an option of a category."""
        given = self._asked.intersection(self._categories[number].options[option].gives)
        return life._replace(tags=life.tags | given) if given else life

    def _odds(self, number: int, life: Life) -> tuple[float, ...]:
        """How much likelier than by its share each option of a category is; 0: not open."""
        return tuple(
            _likelier(option, life) if self._is_open(number, place, option, life) else 0.0
            for place, option in enumerate(self._categories[number].options)
        )

    def _is_open(self, number: int, place: int, option: Option, life: Life) -> bool:
        """Whether a life can take an option and still come to its end."""
        return self._fits(number, option, life) and self._finishes(
            number + 1, self.after(number, place, life)
        )

    def _can_finish(self, number: int, life: Life) -> bool:
        if number == len(self._categories):
            return all(life.tags.intersection(one_of) for one_of in life.demand.presupposes)
        # The first way to the end is enough.
        return any(
            self._is_open(number, place, option, life)
            for place, option in enumerate(self._categories[number].options)
        )

    def _fits(self, number: int, option: Option, life: Life) -> bool:
        return (
            option.share > 0
            and option.ages[0] <= self._bands[life.band] <= option.ages[1]
            and life.tags.issuperset(option.needs)
            and life.tags.isdisjoint(option.bars)
            and (life.mobile or MOVED not in option.gives)
            and (self._categories[number].id != RISK or option.id in life.demand.risk)
        )


def _likelier(option: Option, life: Life) -> float:
    return prod(option.odds.get(tag, 1.0) for tag in sorted(life.tags))


def circumstance_faults(ir: Ir, where: Callable[..., Span]) -> list[Diagnostic]:
    """K433 for each problem that no life can hold."""
    circumstances = Circumstances(ir.categories, ir.problems)
    return [
        Diagnostic(
            "K433",
            f"no life can hold `{problem.id}`: what it presupposes fits no options of traits.yaml",
            where("problems.yaml", "problems", number, "id"),
            help="widen the ages of an option that gives it, or presuppose less",
        )
        for number, problem in enumerate(ir.problems)
        if not any(
            circumstances.possible(number, age, True)
            for age in range(max(problem.ages[0], ir.project.min_age), problem.ages[1] + 1)
        )
    ]


def _bands(categories: tuple[Category, ...]) -> list[int]:
    """The first ages of the bands in which the same options are open."""
    spans = [option.ages for category in categories for option in category.options]
    return sorted({0, *(first for first, _ in spans), *(last + 1 for _, last in spans)})


def _asked_tags(categories: tuple[Category, ...], problems: tuple[Problem, ...]) -> Tags:
    """The tags that somebody asks for; the others make no difference between lives."""
    options = [option for category in categories for option in category.options]
    by_options = {tag for option in options for tag in (*option.needs, *option.bars, *option.odds)}
    by_problems = {tag for p in problems for one_of in p.presupposes for tag in one_of}
    return frozenset({*by_options, *by_problems, MOVED})
