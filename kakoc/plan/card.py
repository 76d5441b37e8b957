"""A person and a life as a persona card, without prose: what a model writes is not known here.

Symptoms, triggers, duration and tendencies are drawn from what the problem and the city offer.
Cities and countries are written as they were called in that year.
"""

from __future__ import annotations

from typing import Any

from kakoc.ir import City, Ir
from kakoc.plan.draws import Draws
from kakoc.plan.life import Life, Stage, age_group
from kakoc.plan.people import Person
from kakoc.plan.traits import speech
from kakoc.plan.world import World, decade_of, named

CARD_VERSION = "1"


def card(
    ir: Ir, world: World, person: Person, life: Life, language: str, draws: Draws
) -> dict[str, Any]:
    """Every number, category and sentence of the spec that makes up this person."""
    city = person.city
    return {
        "id": row_id(person),
        "language": language,
        "gender_at_birth": person.options["gender"].id,
        "birth_context": {"year": life.born, **_place(life.birthplace, life.born)},
        "formative_context": [_stage(stage) for stage in life.stages],
        "natural_tendencies": draws.take(city.tendencies, 2, 4),
        **person.scores,
        "current_socio_demographics": _present(world, person),
        "presenting_problem": _problem(person, draws),
        "background": _background(ir, world, person, life),
        "meta": _meta(world, person, life),
    }


def row_id(person: Person) -> str:
    return f"seeker_{person.index + 1:03d}"


def _place(city: City, year: int) -> dict[str, str]:
    name, country = named(city, year)
    return {"decade": decade_of(year), "city": name, "country": country}


def _stage(stage: Stage) -> dict[str, str]:
    return {
        **_place(stage.city, stage.year),
        "age_group_at_time": age_group(stage.age),
        "citizenship_status": stage.citizenship,
    }


def _present(world: World, person: Person) -> dict[str, Any]:
    name, country = named(person.city, world.present)
    told = ("household", "employment", "financial_status", "social_network")
    return {
        "year": world.present,
        "age": person.age,
        "decade": world.now.id,
        "current_location": {"city": name, "country": country},
        **{category: person.options[category].text for category in told},
    }


def _problem(person: Person, draws: Draws) -> dict[str, Any]:
    problem = person.problem
    return {
        "category": problem.name,
        "gist": problem.summary,
        "symptoms": draws.take(problem.symptoms, 2, 3),
        "duration_months": draws.between(*problem.duration_months),
        "triggers": draws.take(problem.triggers, 1, 2),
        "risk": {
            "self_harm_ideation": person.options["risk"].id,
            "substance_use": "denied",
            "violence": "denied",
        },
        "phrases": draws.take(problem.words, 2, 2),
    }


def _background(ir: Ir, world: World, person: Person, life: Life) -> dict[str, Any]:
    here = world.everyday_life(person.city, world.present)
    then = [world.everyday_life(stage.city, stage.year) for stage in life.stages]
    return {
        "place_now": here,
        "places_then": [text for text in then if text != here],
        "norms": world.now.norms,
        "speech_register": world.now.register_,
        "helper_talk": world.now.helper_talk,
        "help_seeking": person.city.help_seeking,
        "speech": speech(ir.families, person.scores),
    }


def _meta(world: World, person: Person, life: Life) -> dict[str, Any]:
    lived = [
        (life.birthplace, life.born),
        *((stage.city, stage.year) for stage in life.stages),
        (person.city, world.present),
    ]
    included = ["|".join((*named(city, year), decade_of(year))) for city, year in lived]
    return {
        "created_from": list(dict.fromkeys(_sources(world, person, life))),
        "included_cities": list(dict.fromkeys(included)),
        "version": CARD_VERSION,
    }


def _sources(world: World, person: Person, life: Life) -> list[str]:
    """The entries of the spec that the card was made of."""
    told = [(stage.city, stage.year) for stage in life.stages]
    cities = [person.city, life.birthplace, *(city for city, _ in told)]
    return [
        *(f"spec/cities.yaml#{city.id}" for city in cities),
        f"spec/decades.yaml#{world.now.id}",
        *(_place_source(city, year) for city, year in [*told, (person.city, world.present)]),
        f"spec/problems.yaml#{person.problem.id}",
        *(f"spec/traits.yaml#{family}" for family in person.scores),
        *(f"spec/traits.yaml#{name}.{option.id}" for name, option in person.options.items()),
    ]


def _place_source(city: City, year: int) -> str:
    return f"spec/places/{city.region}.yaml#{city.id}.{decade_of(year)}"
