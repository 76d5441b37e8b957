"""What every single card must be: consistent with itself, its city's history and its schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kakoc.ir import City, Ir, held
from kakoc.plan import sample
from kakoc.types import PersonaRow

MakeIr = Callable[..., Ir]

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "spec" / "personas.schema.json").read_text("utf-8")
)
GROUPS = {
    "newborn": (0, 0),
    "early_childhood": (1, 5),
    "pre-teen": (6, 12),
    "teen": (13, 17),
    "adult": (18, 64),
    "senior": (65, 120),
}


@pytest.fixture
def ir(make_ir: MakeIr) -> Ir:
    return make_ir()


@pytest.fixture
def rows(ir: Ir) -> list[PersonaRow]:
    return sample(ir, 300)


def with_prose(card: dict[str, Any]) -> dict[str, Any]:
    prose = {"summary": "Things are hard.", "in_own_words": "I am tired."}
    return card | {
        "presenting_problem": card["presenting_problem"] | prose,
        "current_socio_demographics": card["current_socio_demographics"]
        | {"societal_perceptions": "People keep to themselves."},
    }


def names_of(city: City) -> set[tuple[str, str]]:
    return {(city.name, city.country), *((old.name, old.country) for old in city.formerly)}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_card_with_prose_fits_the_schema(rows: list[PersonaRow]) -> None:
    validator = Draft202012Validator(SCHEMA)
    for row in rows:
        validator.validate(with_prose(row.card))


def test_a_card_lacks_exactly_what_a_model_writes(rows: list[PersonaRow]) -> None:
    for row in rows:
        missing = [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(row.card)]
        assert len(missing) == 3
        assert all("is a required property" in message for message in missing)


def test_age_follows_from_the_years(ir: Ir, rows: list[PersonaRow]) -> None:
    problems = {problem.id: problem for problem in ir.problems}
    for row in rows:
        now, birth = row.card["current_socio_demographics"], row.card["birth_context"]
        assert now["year"] == 2024
        assert now["decade"] == "2020s"
        assert now["age"] == now["year"] - birth["year"]
        assert birth["decade"] == f"{birth['year'] // 10 * 10}s"
        assert problems[row.problem].ages[0] <= now["age"] <= problems[row.problem].ages[1]


def test_everybody_is_an_adult(rows: list[PersonaRow]) -> None:
    assert min(row.card["current_socio_demographics"]["age"] for row in rows) == 18


def test_min_age_is_kept_and_closes_problems_of_the_young(make_ir: MakeIr) -> None:
    rows = sample(make_ir({"min_age": 50}), 100)
    assert min(row.card["current_socio_demographics"]["age"] for row in rows) >= 50
    assert {row.problem for row in rows} == {"grief_and_loss", "job_crisis"}


def test_a_historic_present_has_no_birth_before_the_first_decade(make_ir: MakeIr) -> None:
    rows = sample(make_ir({"present_year": 1958}), 100)
    assert min(row.card["birth_context"]["year"] for row in rows) >= 1920
    assert {row.card["current_socio_demographics"]["decade"] for row in rows} == {"1950s"}
    here = {row.card["current_socio_demographics"]["current_location"]["city"] for row in rows}
    assert "Bombay" in here
    assert "Mumbai" not in here


def test_cities_are_called_as_in_that_year(rows: list[PersonaRow]) -> None:
    born = {
        (birth["city"], birth["country"], birth["year"])
        for birth in (row.card["birth_context"] for row in rows)
        if birth["city"] in ("Bombay", "Mumbai")
    }
    assert len({(city, country) for city, country, _ in born}) == 3
    for city, country, year in born:
        assert (city == "Mumbai") == (year > 1994)
        assert (country == "British India") == (year < 1948)


def test_life_stages_lie_between_birth_and_now(rows: list[PersonaRow]) -> None:
    for row in rows:
        stages = row.card["formative_context"]
        decades = [stage["decade"] for stage in stages]
        assert 1 <= len(stages) <= 3
        assert decades == sorted(decades)
        assert row.card["birth_context"]["decade"] <= decades[0]
        assert decades[-1] <= "2020s"


def test_the_age_group_fits_the_decade_of_a_stage(rows: list[PersonaRow]) -> None:
    for row in rows:
        for stage in row.card["formative_context"]:
            start = int(stage["decade"][:4]) - row.card["birth_context"]["year"]
            youngest, oldest = GROUPS[stage["age_group_at_time"]]
            assert start <= oldest
            assert youngest <= start + 9


def test_a_life_is_led_in_the_city_of_birth_and_the_present_one(
    ir: Ir, rows: list[PersonaRow]
) -> None:
    cities = {pair: city for city in ir.cities for pair in names_of(city)}
    for row in rows:
        birth = row.card["birth_context"]
        born_in = cities[birth["city"], birth["country"]].id
        lived_in = {cities[s["city"], s["country"]].id for s in row.card["formative_context"]}
        assert lived_in <= {row.city, born_in}


def test_most_are_born_where_they_live_and_some_came_from_elsewhere(
    ir: Ir, rows: list[PersonaRow]
) -> None:
    here = {city.id: {name for name, _ in names_of(city)} for city in ir.cities}
    stayed = sum(row.card["birth_context"]["city"] in here[row.city] for row in rows)
    assert 0.6 < stayed / len(rows) < 0.9


def test_who_stayed_in_one_country_is_its_citizen(rows: list[PersonaRow]) -> None:
    standings = set()
    for row in rows:
        country = row.card["birth_context"]["country"]
        for stage in row.card["formative_context"]:
            if stage["country"] == country:
                assert stage["citizenship_status"] == "citizen"
            standings.add((stage["citizenship_status"], stage["age_group_at_time"]))
    assert ("child_of_immigrant", "adult") not in standings
    assert len({status for status, _ in standings}) >= 4


def test_work_fits_the_age(rows: list[PersonaRow]) -> None:
    for row in rows:
        now = row.card["current_socio_demographics"]
        assert (now["age"] <= 34) or now["employment"] != "studies"
        assert (now["age"] >= 60) or now["employment"] != "is retired"


def test_symptoms_triggers_and_duration_are_those_of_the_problem(
    ir: Ir, rows: list[PersonaRow]
) -> None:
    problems = {problem.id: problem for problem in ir.problems}
    for row in rows:
        problem, told = problems[row.problem], row.card["presenting_problem"]
        shortest, longest = problem.duration_months
        assert told["category"] == problem.name
        assert 2 <= len(set(told["symptoms"])) == len(told["symptoms"]) <= 3
        assert set(told["symptoms"]) <= set(held(problem.symptoms, 2024))
        assert set(told["triggers"]) <= set(held(problem.triggers, 2024))
        assert shortest <= told["duration_months"] <= longest


def test_risk_is_only_what_the_problem_allows(ir: Ir, rows: list[PersonaRow]) -> None:
    allowed = {problem.id: problem.risk for problem in ir.problems}
    levels = set()
    for row in rows:
        risk = row.card["presenting_problem"]["risk"]
        assert risk["self_harm_ideation"] in allowed[row.problem]
        assert risk["substance_use"] == risk["violence"] == "denied"
        levels.add(risk["self_harm_ideation"])
    assert levels == {"denied", "passive"}


def test_speech_is_of_the_most_marked_traits(rows: list[PersonaRow]) -> None:
    for row in rows:
        marked = {
            f"{'Low' if score < 50 else 'High'} {name}.": abs(score - 50)
            for family in ("schwartz_basic_values", "hexaco", "csi")
            for name, score in row.card[family].items()
            if score < 35 or score > 65
        }
        said = row.card["background"]["speech"]
        assert len(said) == min(5, len(marked))
        assert [marked[line] for line in said] == sorted(marked.values(), reverse=True)[:5]


def test_background_is_of_the_places_and_decades_of_the_life(rows: list[PersonaRow]) -> None:
    for row in rows:
        background = row.card["background"]
        assert background["place_now"] == f"Life in {row.city} in the 2020s."
        assert background["place_now"] not in background["places_then"]
        decades = {stage["decade"] for stage in row.card["formative_context"]}
        told = {text.split()[-1].rstrip(".") for text in background["places_then"]}
        assert decades - {"2020s"} <= told <= decades


def test_meta_names_what_fed_the_card(rows: list[PersonaRow]) -> None:
    for row in rows:
        meta, birth = row.card["meta"], row.card["birth_context"]
        assert f"spec/cities.yaml#{row.city}" in meta["created_from"]
        assert f"spec/problems.yaml#{row.problem}" in meta["created_from"]
        first = f"{birth['city']}|{birth['country']}|{birth['decade']}"
        assert meta["included_cities"][0] == first
        assert meta["included_cities"][-1].endswith("|2020s")
        assert len(set(meta["included_cities"])) == len(meta["included_cities"])
