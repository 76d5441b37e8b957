"""The first project's plan of 69: what the spec promises of its people, counted."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from kakoc.ir import Ir
from kakoc.plan import sample
from kakoc.types import PersonaRow

PEOPLE = 69


@pytest.fixture(scope="module")
def rows(ir: Ir) -> list[PersonaRow]:
    return sample(ir, PEOPLE)


def test_every_city_speaks_once(ir: Ir, rows: list[PersonaRow]) -> None:
    assert {row.city for row in rows} == {city.id for city in ir.cities}
    assert len(ir.cities) == PEOPLE


def test_every_decade_is_somebodys(ir: Ir, rows: list[PersonaRow]) -> None:
    lived = {
        decade
        for row in rows
        for decade in (
            row.card["birth_context"]["decade"],
            row.card["current_socio_demographics"]["decade"],
            *(stage["decade"] for stage in row.card["formative_context"]),
        )
    }
    assert lived == {decade.id for decade in ir.decades}
    assert len(lived) == 11


def test_genders_are_within_five_points(ir: Ir, rows: list[PersonaRow]) -> None:
    counts = Counter(row.card["gender_at_birth"] for row in rows)
    for option in ir.category("gender").options:
        assert abs(counts[option.id] / PEOPLE - option.share) <= 0.05


def test_most_problems_are_there(ir: Ir, rows: list[PersonaRow]) -> None:
    assert len(ir.problems) == 45
    assert len({row.problem for row in rows}) >= 35


def test_means_and_spreads_of_traits_are_within_ten_percent(ir: Ir, rows: list[PersonaRow]) -> None:
    for family in ir.families:
        for trait in family.traits:
            scores = np.array([row.card[family.id][trait.id] for row in rows])
            assert scores.mean() == pytest.approx(trait.mean, rel=0.1), trait.id
            assert scores.std() == pytest.approx(trait.sd, rel=0.1), trait.id


def test_correlations_are_those_of_the_spec(ir: Ir) -> None:
    many = sample(ir, 12_800)
    for family in ir.families:
        names = [trait.id for trait in family.traits]
        scores = np.array([[row.card[family.id][name] for row in many] for name in names])
        found = np.corrcoef(scores)
        for correlation in family.correlations:
            one, other = map(names.index, correlation.between)
            error = 3 / math.sqrt(len(many))
            assert found[one, other] == pytest.approx(correlation.r, abs=0.02 + error)


def test_nobody_holds_a_life_that_cannot_be(ir: Ir) -> None:
    options = {
        (category.id, option.text): option
        for category in ir.categories
        for option in category.options
    }
    problems = {problem.id: problem for problem in ir.problems}
    for row in sample(ir, 2_000):
        now = row.card["current_socio_demographics"]
        own = [
            options[name, str(text)] for name, text in now.items() if (name, str(text)) in options
        ]
        tags = {tag for option in own for tag in option.gives}
        moved = row.card["birth_context"]["city"] != now["current_location"]["city"]
        for option in own:
            assert option.ages[0] <= now["age"] <= option.ages[1]
            assert not tags.intersection(option.bars), (row.id, option.id)
            assert (tags | {"moved"}).issuperset(option.needs), (row.id, option.id)
        for one_of in problems[row.problem].presupposes:
            assert moved or "moved" in one_of or tags.intersection(one_of), (row.id, one_of)
