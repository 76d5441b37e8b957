"""A small world in code: five cities, eleven decades, three problems; the card is the spec's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kakoc.ir import (
    Bands,
    Category,
    City,
    CityName,
    ConversationSpec,
    Correlation,
    Decade,
    Disclosure,
    Ir,
    Line,
    Models,
    ModelSpec,
    Option,
    Problem,
    Project,
    Trait,
    TraitFamily,
)

DECADES = [f"{year}s" for year in range(1920, 2030, 10)]
VALUES = (
    "power achievement hedonism stimulation self_direction universalism benevolence tradition"
    " conformity security"
)
FACTORS = (
    "honesty_humility emotionality extraversion agreeableness conscientiousness"
    " openness_to_experience"
)
STYLE = (
    "directness emotional_expressiveness self_disclosure_tendency openness_to_questions"
    " reflective_listening_tolerance rumination_tendency conflict_avoidance"
)

SCHEMA = Path(__file__).parents[2] / "spec" / "personas.schema.json"
MakeIr = Callable[..., Ir]


@pytest.fixture
def make_ir() -> MakeIr:
    """Builds the small world; keywords replace its parts, dicts replace fields of the project."""

    def make(project: dict[str, Any] | None = None, **parts: Any) -> Ir:
        return small_world().model_copy(update={"project": _project(**(project or {})), **parts})

    return make


def small_world() -> Ir:
    cities = _cities()
    return Ir(
        project=_project(),
        cities=cities,
        decades=tuple(
            Decade(id=decade, norms=f"Norms, {decade}.", register_="Plain.", helper_talk="Shy.")
            for decade in DECADES
        ),
        places={
            city.id: {decade: f"Life in {city.id} in the {decade}." for decade in DECADES}
            for city in cities
        },
        problems=_problems(),
        families=_families(),
        categories=_categories(),
        persona_schema=json.loads(SCHEMA.read_text("utf-8")),
        roles={},
        care_levels=(),
        constitution=(),
        rules=(),
        judges=(),
        conversation=ConversationSpec(
            opening=Line(text="Begin."), disclosure=Disclosure(levels=(Line(text="Guarded."),))
        ),
        models=Models(models=(ModelSpec(name="m", engine="embedded", model="m"),), roles={}),
        profiles={},
    )


def _project(**fields: Any) -> Project:
    return Project(**{"name": "small", "title": "Small", "present_year": 2024, **fields})


def _city(id_: str, name: str, country: str, region: str, **fields: Any) -> City:
    return City(
        id=id_,
        name=name,
        country=country,
        region=region,
        latitude=0,
        longitude=0,
        tendencies=("choir", "chess", "baking", "rowing", "repairing radios"),
        help_seeking="Asked of a neighbour first.",
        **{"language": "en", **fields},
    )


def _cities() -> tuple[City, ...]:
    raj = CityName(start=1858, end=1947, name="Bombay", country="British India")
    bombay = CityName(start=1948, end=1994, name="Bombay", country="India")
    yugoslavia = CityName(start=1918, end=1991, name="Sarajevo", country="Yugoslavia")
    state = CityName(start=1918, end=2002, name="Belgrade", country="Yugoslavia")
    return (
        _city("mumbai", "Mumbai", "India", "asia", formerly=(raj, bombay), language="hi"),
        _city("sarajevo", "Sarajevo", "Bosnia", "europe", formerly=(yugoslavia,), language="bs"),
        _city("belgrade", "Belgrade", "Serbia", "europe", formerly=(state,), language="sr"),
        _city("toronto", "Toronto", "Canada", "america"),
        _city("lima", "Lima", "Peru", "america", language="es"),
    )


def _problem(id_: str, ages: tuple[int, int], **fields: Any) -> Problem:
    return Problem(
        id=id_,
        name=id_.replace("_", " ").capitalize(),
        ages=ages,
        summary="Something weighs on the person.",
        symptoms=("wakes early", "cannot rest", "eats little", "forgets things"),
        triggers=("evenings", "letters", "quiet days"),
        words=("I am so tired.",),
        **{"duration_months": (2, 30), "risk": ("denied", "passive"), **fields},
    )


def _problems() -> tuple[Problem, ...]:
    return (
        _problem("grief_and_loss", (20, 100)),
        _problem("academic_pressure", (18, 45), risk=("denied",)),
        _problem("job_crisis", (25, 65), duration_months=(1, 12)),
    )


def _family(id_: str, names: str, *correlations: Correlation) -> TraitFamily:
    traits = tuple(
        Trait(
            id=name,
            mean=40 + 4 * number,
            sd=15,
            speech=Bands(low=f"Low {name}.", high=f"High {name}."),
        )
        for number, name in enumerate(names.split())
    )
    return TraitFamily(id=id_, source="made up", traits=traits, correlations=correlations)


def _families() -> tuple[TraitFamily, ...]:
    return (
        _family(
            "schwartz_basic_values",
            VALUES,
            Correlation(between=("power", "achievement"), r=0.6),
            Correlation(between=("power", "benevolence"), r=-0.5),
        ),
        _family("hexaco", FACTORS),
        _family("csi", STYLE),
    )


def _category(id_: str, **shares: float) -> Category:
    options = [Option(id=key, share=share, text=key) for key, share in shares.items()]
    return Category(id=id_, options=tuple(options))


def _categories() -> tuple[Category, ...]:
    employment = (
        Option(id="student", share=0.2, text="studies", ages=(18, 34)),
        Option(id="employed", share=0.6, text="works", ages=(18, 69)),
        Option(id="retired", share=0.2, text="is retired", ages=(60, 120)),
    )
    partnership = (
        Option(id="single", share=0.5, text="single", gives=("single",)),
        Option(id="married", share=0.5, text="married", gives=("partner",)),
    )
    household = (
        Option(id="alone", share=0.5, text="alone", bars=("partner",)),
        Option(id="family", share=0.5, text="family"),
    )
    return (
        _category("gender", female=0.48, male=0.48, unknown=0.04),
        Category(id="partnership", options=partnership),
        _category("children", none=0.6, some=0.4),
        Category(id="household", options=household),
        Category(id="employment", options=employment),
        _category("financial_status", precarious=0.4, stable=0.6),
        _category("social_network", few=0.5, many=0.5),
        _category("risk", denied=0.7, passive=0.25, active_without_plan=0.05),
    )
