"""Where and when lives are led: arrivals, other presents, what holds when, who speaks what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kakoc.ir import AgeBand, Arrival, Dated, Ir, ModelSpec, OtherPresent, Style
from kakoc.plan import sample, spares
from kakoc.types import PersonaRow

MakeIr = Callable[..., Ir]


def with_city(ir: Ir, id_: str, **fields: Any) -> tuple[Any, ...]:
    return tuple(
        city.model_copy(update=fields) if city.id == id_ else city for city in ir.cities
    )  # fmt: skip


def of(rows: list[PersonaRow], city: str) -> list[PersonaRow]:
    return [row for row in rows if row.city == city]


def test_people_come_as_the_city_says(make_ir: MakeIr) -> None:
    ir = make_ir()
    came = Arrival(origin="lima", since=1990, status=("student_visa", "temporary_worker"))
    rows = sample(make_ir(cities=with_city(ir, "toronto", arrivals=(came,))), 600)
    assert {row.card["birth_context"]["city"] for row in of(rows, "toronto")} == {"Toronto", "Lima"}
    # In a world where some cities tell of arrivals, the others took nobody in.
    assert {row.card["birth_context"]["city"] for row in of(rows, "lima")} == {"Lima"}
    for row in of(rows, "toronto"):
        if row.card["birth_context"]["city"] == "Lima":
            here = [s for s in row.card["formative_context"] if s["city"] == "Toronto"]
            assert all(stage["decade"] >= "1990s" for stage in here)
            assert {stage["citizenship_status"] for stage in here} <= {
                "child_of_immigrant",
                "student_visa",
                "temporary_worker",
                "permanent_resident",
            }


def test_who_never_settles_stays_a_worker(make_ir: MakeIr) -> None:
    ir = make_ir()
    came = Arrival(origin="lima", status=("temporary_worker",), settles=False)
    rows = sample(make_ir(cities=with_city(ir, "toronto", arrivals=(came,))), 1500)
    standings = {
        stage["citizenship_status"]
        for row in of(rows, "toronto")
        if row.card["birth_context"]["city"] == "Lima"
        for stage in row.card["formative_context"]
        if stage["city"] == "Toronto"
    }
    assert standings == {"temporary_worker", "child_of_immigrant"}


def test_some_speak_in_another_year(make_ir: MakeIr) -> None:
    other = OtherPresent(city="mumbai", year=1958, share=0.5)
    rows = sample(make_ir({"other_presents": (other,)}), 400)
    years = {row.card["current_socio_demographics"]["year"] for row in of(rows, "mumbai")}
    assert years == {1958, 2024}
    assert {row.card["current_socio_demographics"]["year"] for row in of(rows, "lima")} == {2024}
    for row in of(rows, "mumbai"):
        now = row.card["current_socio_demographics"]
        assert now["age"] == now["year"] - row.card["birth_context"]["year"]
        if now["year"] == 1958:
            assert now["current_location"]["city"] == "Bombay"
            assert row.card["background"]["place_now"] == "Life in mumbai in the 1950s."
            assert all(s["decade"] <= "1950s" for s in row.card["formative_context"])


def test_a_sentence_is_told_in_its_years_only(make_ir: MakeIr) -> None:
    ir = make_ir()
    then, today = Dated(text="Then.", until=1999), Dated(text="Today.", since=2000)
    cities = with_city(ir, "lima", help_seeking=(then, today), tendencies=(then, today))
    for year, told in ((1985, "Then."), (2024, "Today.")):
        rows = of(sample(make_ir({"present_year": year}, cities=cities), 20), "lima")
        assert {row.card["background"]["help_seeking"] for row in rows} == {told}
        assert [row.card["natural_tendencies"] for row in rows] == [[told]] * len(rows)


def test_a_problem_is_not_had_before_its_time(make_ir: MakeIr) -> None:
    ir = make_ir()
    problems = (*ir.problems[:2], ir.problems[2].model_copy(update={"since": 1996}))
    early = sample(make_ir({"present_year": 1990}, problems=problems), 100)
    assert {row.problem for row in early} == {"grief_and_loss", "academic_pressure"}
    assert "job_crisis" in {row.problem for row in sample(make_ir(problems=problems), 100)}


def test_ages_follow_the_bands_of_the_spec(make_ir: MakeIr) -> None:
    bands = (AgeBand(ages=(20, 39), share=0.8), AgeBand(ages=(80, 89), share=0.2))
    rows = sample(make_ir(ages=bands), 640)
    ages = np.array([row.card["current_socio_demographics"]["age"] for row in rows])
    assert ((ages >= 20) & (ages < 40)).mean() == pytest.approx(0.8, abs=0.01)
    assert ((ages >= 80) & (ages < 90)).mean() == pytest.approx(0.2, abs=0.01)


def test_traits_go_with_age_and_problem_and_keep_their_distribution(make_ir: MakeIr) -> None:
    ir = make_ir()
    hexaco = ir.families[1]
    traits = tuple(
        trait.model_copy(update={"with_age": 0.4}) if trait.id == "honesty_humility" else trait
        for trait in hexaco.traits
    )
    families = (ir.families[0], hexaco.model_copy(update={"traits": traits}), ir.families[2])
    leaning = ir.problems[0].model_copy(update={"leans": {"hexaco.emotionality": 0.6}})
    rows = sample(make_ir(families=families, problems=(leaning, *ir.problems[1:])), 1920)
    ages = [row.card["current_socio_demographics"]["age"] for row in rows]
    honesty = np.array([row.card["hexaco"]["honesty_humility"] for row in rows])
    assert np.corrcoef(ages, honesty)[0, 1] == pytest.approx(0.4, abs=0.06)
    emotionality = np.array([row.card["hexaco"]["emotionality"] for row in rows])
    has_it = np.array([row.problem == "grief_and_loss" for row in rows])
    apart = (emotionality[has_it].mean() - emotionality[~has_it].mean()) / 15
    assert apart == pytest.approx(0.6, abs=0.15)
    assert emotionality.mean() == pytest.approx(hexaco.traits[1].mean, abs=1)
    assert emotionality.std() == pytest.approx(15, rel=0.06)


def test_the_style_of_a_city_is_told_and_its_language_only_to_who_speaks_it(
    make_ir: MakeIr,
) -> None:
    ir = make_ir()
    style = Style(
        id="peruvian",
        title="How people speak",
        region="america",
        languages=("es",),
        address="Politely.",
        native="Say usted.",
        directness="Hint.",
        distress="As tiredness.",
        variation="The young are blunt.",
    )
    cities = with_city(ir, "lima", style="peruvian")
    for language, native in (("native", "Say usted."), ("en", "")):
        rows = of(
            sample(make_ir({"language": language}, cities=cities, styles=(style,)), 20), "lima"
        )
        told = rows[0].card["background"]["style"]
        assert told["distress"] == "As tiredness."
        assert told["native"] == native


def test_a_person_speaks_english_where_a_model_cannot_speak_its_language(make_ir: MakeIr) -> None:
    ir = make_ir()
    model = ModelSpec(name="m", engine="embedded", model="m", languages=("en", "es"))
    models = ir.models.model_copy(update={"models": (model,), "roles": {"seeker": "m"}})
    rows = sample(make_ir({"language": "native"}, models=models), 20)
    assert {row.language for row in of(rows, "lima")} == {"es"}
    assert {row.language for row in of(rows, "mumbai")} == {"en"}


def test_spares_are_of_the_same_city_beyond_the_plan_and_stand_in_once(make_ir: MakeIr) -> None:
    ir = make_ir()
    rows = sample(ir, 12)
    stand_in = spares(ir, len(rows))
    given = [stand_in(row, attempt) for row in rows for attempt in range(2)]
    assert [spare.city for spare in given] == [row.city for row in rows for _ in range(2)]
    assert min(spare.index for spare in given) >= len(rows)
    assert len({spare.index for spare in given}) == len(given)
