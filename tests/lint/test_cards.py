"""A sound card has no finding; one wrong fact in it is found, named, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lint_kit import but, cast, codes, linted, only, talk, without

from kakoc.ir import Ir, Problem
from kakoc.types import Persona

NOW, PROBLEM = "current_socio_demographics", "presenting_problem"


@pytest.fixture(scope="module")
def people(ir: Ir) -> list[Persona]:
    return cast(ir, 60)


@pytest.fixture
def somebody(people: list[Persona]) -> Persona:
    """Somebody young enough to be older, with a stage after the birth."""
    return first(people, lambda card: card[NOW]["age"] < 40 and len(card["formative_context"]) > 1)


def first(people: list[Persona], fits: Callable[[dict[str, Any]], bool]) -> Persona:
    return next(persona for persona in people if fits(persona.card))


def with_problem(persona: Persona, problem: Problem) -> Persona:
    """The same life with all words of another problem."""
    words = {
        "category": problem.name,
        "symptoms": [item.text for item in problem.symptoms[:2]],
        "triggers": [item.text for item in problem.triggers[:1]],
    }
    risk = {f"{PROBLEM}.risk.self_harm_ideation": problem.risk[0]}
    changes = {f"{PROBLEM}.{name}": value for name, value in words.items()} | risk
    return but(persona, changes, problem=problem.id)


def test_people_of_the_plan_have_no_finding(ir: Ir, people: list[Persona]) -> None:
    found = linted(ir, people)
    assert found.findings == []
    assert found.counts == {"error": 0, "warning": 0, "rate": 0}
    assert found.checked == {"personas": 60, "conversations": 60, "turns": 180}


def test_a_card_that_lacks_a_field_does_not_fit(ir: Ir, somebody: Persona) -> None:
    finding = only(linted(ir, [without(somebody, "natural_tendencies")]))
    assert (finding.code, finding.severity, finding.subject) == ("L101", "error", somebody.id)
    assert "natural_tendencies" in finding.message


def test_a_card_with_a_value_of_another_kind_names_its_place(ir: Ir, somebody: Persona) -> None:
    finding = only(linted(ir, [but(somebody, {f"{PROBLEM}.duration_months": "long"})]))
    assert finding.code == "L101"
    assert finding.message.startswith(f"{PROBLEM}.duration_months: ")


def test_faults_of_one_card_are_one_finding(ir: Ir, somebody: Persona) -> None:
    twice = without(without(somebody, "natural_tendencies"), "hexaco")
    assert "(and 1 more)" in only(linted(ir, [twice])).message


@pytest.mark.parametrize("card", [{}, {NOW: [], PROBLEM: "none", "formative_context": 7}])
def test_a_card_that_says_nothing_is_one_finding(
    ir: Ir, somebody: Persona, card: dict[str, Any]
) -> None:
    bare = somebody.model_copy(update={"card": card})
    assert only(linted(ir, [bare])).code == "L101"


def test_an_age_that_the_years_do_not_give_is_found(ir: Ir, somebody: Persona) -> None:
    age = somebody.card[NOW]["age"]
    finding = only(linted(ir, [but(somebody, {f"{NOW}.age": age + 1})]))
    assert finding.code == "L102"
    assert f"is {age + 1} in" in finding.message


def test_a_birth_decade_beside_the_year_of_birth_is_found(ir: Ir, somebody: Persona) -> None:
    finding = only(linted(ir, [but(somebody, {"birth_context.decade": "1930s"})]))
    assert finding.code == "L102"
    assert "its birth decade is 1930s" in finding.message


@pytest.mark.parametrize(("years", "told"), [(8, "and the present of the spec is"), (-1, "which")])
def test_a_present_that_the_spec_has_not_is_found(
    ir: Ir, somebody: Persona, years: int, told: str
) -> None:
    now = somebody.card[NOW]
    later = {f"{NOW}.year": now["year"] + years, f"{NOW}.age": now["age"] + years}
    finding = only(linted(ir, [but(somebody, later)]))
    assert finding.code == "L103"
    assert told in finding.message


def test_a_present_in_another_decade_is_found(ir: Ir, somebody: Persona) -> None:
    assert only(linted(ir, [but(somebody, {f"{NOW}.decade": "1990s"})])).code == "L103"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"decade": "1970s"}, "before the birth"),
        ({"decade": "2030s"}, "after the present"),
        ({"age_group_at_time": "senior"}, "as senior"),
    ],
)
def test_a_stage_that_is_not_of_this_life_is_found(
    ir: Ir, somebody: Persona, changes: dict[str, str], told: str
) -> None:
    stage = {f"formative_context.0.{name}": value for name, value in changes.items()}
    finding = only(linted(ir, [but(somebody, stage)]))
    assert finding.code == "L104"
    assert told in finding.message


def test_a_country_of_today_in_a_stage_of_old_is_found(ir: Ir, people: list[Persona]) -> None:
    old = first(people, lambda card: stage_decade(card) in ("1950s", "1960s", "1970s"))
    moscow = {"formative_context.0.city": "Moscow", "formative_context.0.country": "Russia"}
    finding = only(linted(ir, [but(old, moscow)]))
    assert finding.code == "L105"
    assert "was Moscow, Soviet Union" in finding.message
    assert not linted(
        ir, [but(old, moscow | {"formative_context.0.country": "Soviet Union"})]
    ).findings


def stage_decade(card: dict[str, Any]) -> str:
    stages = card["formative_context"]
    return str(stages[0]["decade"]) if stages else ""


def test_a_city_of_nowhere_is_found(ir: Ir, somebody: Persona) -> None:
    finding = only(linted(ir, [but(somebody, {f"{NOW}.current_location.city": "Atlantis"})]))
    assert finding.code == "L106"
    assert "Atlantis" in finding.message


def test_a_risk_that_is_no_level_is_found(ir: Ir, somebody: Persona) -> None:
    risk = {f"{PROBLEM}.risk.self_harm_ideation": "none_reported"}
    finding = only(linted(ir, [but(somebody, risk)]))
    assert finding.code == "L107"
    assert "'none_reported'" in finding.message


def test_a_problem_that_the_spec_has_not_is_found(ir: Ir, somebody: Persona) -> None:
    unknown = but(somebody, {f"{PROBLEM}.category": "Homesickness"}, problem="homesickness")
    assert only(linted(ir, [unknown])).code == "L108"


@pytest.mark.parametrize("kind", ["symptoms", "triggers"])
def test_words_of_another_problem_are_found(ir: Ir, somebody: Persona, kind: str) -> None:
    other = next(problem for problem in ir.problems if problem.id != somebody.problem)
    foreign = getattr(other, kind)[0].text
    finding = only(linted(ir, [but(somebody, {f"{PROBLEM}.{kind}.0": foreign})]))
    assert finding.code == "L109"
    assert repr(foreign) in finding.message


def test_another_name_than_the_problems_is_found(ir: Ir, somebody: Persona) -> None:
    other = next(problem for problem in ir.problems if problem.id != somebody.problem)
    finding = only(linted(ir, [but(somebody, {f"{PROBLEM}.category": other.name})]))
    assert finding.code == "L109"


def test_prose_of_another_problem_is_a_warning(ir: Ir, somebody: Persona) -> None:
    other = next(problem for problem in ir.problems if problem.id == "debt_problems")
    changes = {
        f"{NOW}.societal_perceptions": "Debt is not spoken of there.",
        f"{PROBLEM}.summary": other.symptoms[2].text,
        f"{PROBLEM}.in_own_words": other.triggers[2].text,
    }
    finding = only(linted(ir, [but(somebody, changes)]))
    assert (finding.code, finding.severity) == ("L109", "warning")
    assert f"speaks of {other.name}" in finding.message


def test_a_problem_that_nobody_has_at_that_age_is_found(ir: Ir, people: list[Persona]) -> None:
    young = next(p for p in ir.problems if p.ages[1] < 50 and not p.presupposes and not p.since)
    old = first(people, lambda card: card[NOW]["age"] > 80)
    finding = only(linted(ir, [with_problem(old, young)]))
    assert finding.code == "L110"
    assert f"its ages are {young.ages[0]} to {young.ages[1]}" in finding.message


def test_circumstances_that_exclude_each_other_are_found(ir: Ir, people: list[Persona]) -> None:
    alone = first(people, lambda card: card[NOW]["partnership"] == "has no partner")
    household = next(c for c in ir.categories if c.id == "household")
    couple = next(option for option in household.options if option.id == "with_partner")
    finding = only(linted(ir, [but(alone, {f"{NOW}.household": couple.text})]))
    assert finding.code == "L111"
    assert repr(couple.text) in finding.message


def test_a_problem_without_what_it_presupposes_is_found(ir: Ir, people: list[Persona]) -> None:
    marital = next(problem for problem in ir.problems if problem.id == "marital_problems")
    alone = first(
        people,
        lambda card: card[NOW]["partnership"] == "has no partner" and 30 < card[NOW]["age"] < 70,
    )
    finding = only(linted(ir, [with_problem(alone, marital)]))
    assert finding.code == "L111"
    assert f"{marital.name} without spouse" in finding.message


def test_prose_that_contradicts_the_card_is_found(ir: Ir, somebody: Persona) -> None:
    told = "I am 88 years old and the window is all I have."
    finding = only(linted(ir, [but(somebody, {f"{PROBLEM}.in_own_words": told})]))
    assert finding.code == "L112"
    assert "in_own_words says the age 88" in finding.message


def test_somebody_under_age_is_found_whatever_else_is_wrong(ir: Ir, somebody: Persona) -> None:
    born = somebody.card[NOW]["year"] - 17
    young = {"birth_context.year": born, f"{NOW}.age": 17}
    found = linted(ir, [but(somebody, young)])
    assert "L113" in codes(found)
    assert found.counts["error"]


@pytest.mark.parametrize(
    "summary", ["No current relationship.", "None", "Strain in the marriage, if married."]
)
def test_a_summary_that_denies_the_problem_is_found(
    ir: Ir, somebody: Persona, summary: str
) -> None:
    finding = only(linted(ir, [but(somebody, {f"{PROBLEM}.summary": summary})]))
    assert finding.code == "L114"
    assert summary in finding.message


def test_two_people_of_one_id_are_found(ir: Ir, people: list[Persona]) -> None:
    one, other = people[:2]
    same = but(other, {"id": one.id}, id=one.id)
    finding = only(linted(ir, [one, same], [talk(one)]))
    assert (finding.code, finding.subject) == ("L115", one.id)
