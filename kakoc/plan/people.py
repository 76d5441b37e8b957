"""Who is in the plan: city, problem, age, categories and scores of every row. Writes no card.

Works on columns of all rows at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kakoc.errors import KakocError
from kakoc.ir import Category, City, Ir, Option, Problem
from kakoc.plan.design import Design, Floats, Ints
from kakoc.plan.traits import scores
from kakoc.plan.world import World

AGES = range(121)
RISK = "risk"
"""The category whose options the problem limits too."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row before it has a life."""

    index: int
    city: City
    problem: Problem
    age: int
    options: dict[str, Option]
    """By category."""
    scores: dict[str, dict[str, int]]
    """By family and trait."""


def people(ir: Ir, world: World, design: Design) -> Iterator[Person]:
    """The rows of the plan, in order."""
    cities = design.rounds("city", len(ir.cities)).tolist()
    problems, spans = _open_problems(ir, world)
    trouble = (design.strata("problem") * len(problems)).astype(np.int64)
    ages = _ages(spans, trouble, design.strata("age"))
    options = {c.id: _options(c, problems, trouble, ages, design) for c in ir.categories}
    traits = {family.id: scores(family, design) for family in ir.families}
    for row in range(design.count):
        yield Person(
            index=row,
            city=ir.cities[cities[row]],
            problem=problems[trouble[row]],
            age=int(ages[row]),
            options={name: column[row] for name, column in options.items()},
            scores={name: column[row] for name, column in traits.items()},
        )


def _open_problems(ir: Ir, world: World) -> tuple[list[Problem], list[list[int]]]:
    """The problems that somebody can have in this world, and at what ages."""
    spans = [(problem, _open_ages(ir, world, problem)) for problem in ir.problems]
    found = [(problem, span) for problem, span in spans if span]
    if not found:
        raise KakocError(
            "nobody can be sampled: no age fits a problem, `min_age`, the decades and every option",
            "widen `ages` in spec/problems.yaml or spec/traits.yaml, or add earlier decades",
        )
    return [problem for problem, _ in found], [span for _, span in found]


def _open_ages(ir: Ir, world: World, problem: Problem) -> list[int]:
    youngest, oldest = max(problem.ages[0], ir.project.min_age), problem.ages[1]
    return [
        age
        for age in AGES[youngest : oldest + 1]
        if world.knows(world.present - age)
        and all(any(_is_open(c, o, problem, age) for o in c.options) for c in ir.categories)
    ]


def _is_open(category: Category, option: Option, problem: Problem, age: int) -> bool:
    fits = option.ages[0] <= age <= option.ages[1]
    return option.share > 0 and fits and (category.id != RISK or option.id in problem.risk)


def _ages(spans: Sequence[Sequence[int]], trouble: Ints, where: Floats) -> Ints:
    """An age of every row, even over those at which its problem is open."""
    rows = zip(trouble.tolist(), where.tolist(), strict=True)
    return np.array([spans[problem][int(u * len(spans[problem]))] for problem, u in rows], int)


def _options(
    category: Category,
    problems: Sequence[Problem],
    trouble: Ints,
    ages: Ints,
    design: Design,
) -> list[Option]:
    """The option of every row: a share counts among the options that are open to it."""
    shares = np.array([option.share for option in category.options])
    weights = shares * _open_options(category, problems)[trouble, ages]
    heights = weights.cumsum(axis=1)
    where = design.strata(category.id)[:, None] * heights[:, -1:]
    chosen = (where >= heights).sum(axis=1)
    return [category.options[number] for number in chosen.tolist()]


def _open_options(category: Category, problems: Sequence[Problem]) -> NDArray[np.bool_]:
    """For each problem and age, whether each option is open."""
    return np.array(
        [
            [[_is_open(category, o, problem, age) for o in category.options] for age in AGES]
            for problem in problems
        ]
    )
