"""Which options of the categories can come together in one life. Knows tags, draws nothing.

An option gives tags ("partner", "job"), needs some that earlier categories gave, and is barred by
others; a problem presupposes some. An option is open to a life only if the rest of that life can
still be completed, so nobody has to be thrown away later.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Category, Ir, Option, Problem

MOVED = "moved"
"""Tag of those who were not born where they live."""
RISK = "risk"
"""The category whose options the problem limits too."""
Tags = frozenset[str]


class Life(NamedTuple):
    """What decides about the options of one person so far."""

    problem: int
    age: int
    mobile: bool
    """Whether there was a way to come to its city from another."""
    tags: Tags = frozenset()


class Circumstances:
    """The categories of a spec against its problems."""

    def __init__(self, categories: tuple[Category, ...], problems: tuple[Problem, ...]) -> None:
        self._categories = categories
        self._problems = problems
        self._asked = _asked_tags(categories, problems)
        self.open = cache(self._open)
        self._finishes = cache(self._can_finish)

    def possible(self, problem: int, age: int, mobile: bool) -> bool:
        """Whether anybody of that age can have the problem."""
        youngest, oldest = self._problems[problem].ages
        return youngest <= age <= oldest and self._finishes(0, Life(problem, age, mobile))

    def _open(self, number: int, life: Life) -> tuple[bool, ...]:
        """For each option of a category, whether this life can take it."""
        options = self._categories[number].options
        return tuple(
            self._fits(number, o, life) and self._leads_on(number, o, life) for o in options
        )

    def after(self, number: int, option: int, life: Life) -> Life:
        """The life once it has taken an option."""
        given = self._asked.intersection(self._categories[number].options[option].gives)
        return life._replace(tags=life.tags | given) if given else life

    def _leads_on(self, number: int, option: Option, life: Life) -> bool:
        place = self._categories[number].options.index(option)
        return self._finishes(number + 1, self.after(number, place, life))

    def _can_finish(self, number: int, life: Life) -> bool:
        if number == len(self._categories):
            wanted = self._problems[life.problem].presupposes
            return all(life.tags.intersection(one_of) for one_of in wanted)
        return any(self.open(number, life))

    def _fits(self, number: int, option: Option, life: Life) -> bool:
        problem = self._problems[life.problem]
        return (
            option.share > 0
            and option.ages[0] <= life.age <= option.ages[1]
            and life.tags.issuperset(option.needs)
            and life.tags.isdisjoint(option.bars)
            and (life.mobile or MOVED not in option.gives)
            and (self._categories[number].id != RISK or option.id in problem.risk)
        )


def _asked_tags(categories: tuple[Category, ...], problems: tuple[Problem, ...]) -> Tags:
    """The tags that somebody asks for; the others make no difference between lives."""
    options = [option for category in categories for option in category.options]
    by_options = {tag for option in options for tag in (*option.needs, *option.bars)}
    by_problems = {
        tag for problem in problems for one_of in problem.presupposes for tag in one_of
    }  # fmt: skip
    return frozenset({*by_options, *by_problems, MOVED})


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
