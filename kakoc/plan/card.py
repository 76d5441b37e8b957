"""A person and a life as a persona card, without prose: what a model writes is not known here.

Symptoms, triggers, duration and tendencies are drawn from what the problem and the city offer.
Cities and countries are written as they were called in that year.
"""

from __future__ import annotations

from typing import Any

from kakoc.ir import City, Ir, Style, held
from kakoc.plan.circumstances import MOVED
from kakoc.plan.draws import Draws
from kakoc.plan.life import Life, Stage, age_group
from kakoc.plan.people import Person
from kakoc.plan.traits import speech
from kakoc.plan.world import World, decade_of, named

CARD_VERSION = "2"
MOST_TENDENCIES = 4
STYLE_SENTENCES = ("address", "directness", "distress", "variation")
SOCIAL = "current_socio_demographics"
TOLD = ("household", "employment", "financial_status", "social_network")
"""Categories that every card tells; others are told where its schema has a field for them."""


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
        "natural_tendencies": draws.take(held(city.tendencies, person.present), 2, MOST_TENDENCIES),
        **person.scores,
        SOCIAL: _present(ir, person),
        "presenting_problem": _problem(person, life, draws),
        "background": _background(ir, world, person, life, language),
        "meta": _meta(person, life),
    }


def _has(ir: Ir, group: str, field: str) -> bool:
    """Whether the card's schema has a field of that name in a group."""
    return field in ir.persona_schema.get("properties", {}).get(group, {}).get("properties", {})


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


def _present(ir: Ir, person: Person) -> dict[str, Any]:
    name, country = named(person.city, person.present)
    more = [name for name in person.options if name not in TOLD and _has(ir, SOCIAL, name)]
    told = (*(name for name in TOLD if name in person.options), *more)
    return {
        "year": person.present,
        "age": person.age,
        "decade": decade_of(person.present),
        "current_location": {"city": name, "country": country},
        **{name: person.options[name].text for name in told},
    }


def _problem(person: Person, life: Life, draws: Draws) -> dict[str, Any]:
    problem, year = person.problem, person.present
    shortest, longest = problem.duration_months
    if life.arrived is not None and any(MOVED in one_of for one_of in problem.presupposes):
        # What a move brought on is not older than the move; the first months count as well.
        longest = max(shortest, min(longest, 12 * (year - life.arrived) + 6))
    return {
        "category": problem.name,
        "gist": problem.summary,
        "symptoms": draws.take(held(problem.symptoms, year), 2, 3),
        "duration_months": draws.between(shortest, longest),
        "triggers": draws.take(held(problem.triggers, year), 1, 2),
        "risk": {
            "self_harm_ideation": person.options["risk"].id,
            "substance_use": problem.substance_use,
            "violence": problem.violence,
        },
        "phrases": draws.take(held(problem.words, year), 2, 2),
    }


def _background(ir: Ir, world: World, person: Person, life: Life, language: str) -> dict[str, Any]:
    style = _style(ir.style(person.city), language)
    here, now = world.everyday_life(person.city, person.present), world.decade(person.present)
    then = [world.everyday_life(stage.city, stage.year) for stage in life.stages]
    return {
        "place_now": here,
        "places_then": [text for text in then if text != here],
        "norms": now.norms,
        "speech_register": now.register_,
        "helper_talk": now.helper_talk,
        "help_seeking": " ".join(held(person.city.help_seeking, person.present)),
        "speech": speech(ir.families, person.scores),
        **({"style": style} if _has(ir, "background", "style") else {}),
    }


def _style(style: Style | None, language: str) -> dict[str, Any]:
    """How distress is voiced here; the forms of a language only where it is spoken."""
    if style is None:
        return {**dict.fromkeys(STYLE_SENTENCES, ""), "native": "", "avoid": []}
    own = language.split("-")[0] in {name.split("-")[0] for name in style.languages}
    told = {name: getattr(style, name) for name in STYLE_SENTENCES}
    return {**told, "native": style.native if own else "", "avoid": list(style.avoid)}


def _meta(person: Person, life: Life) -> dict[str, Any]:
    lived = [
        (life.birthplace, life.born),
        *((stage.city, stage.year) for stage in life.stages),
        (person.city, person.present),
    ]
    included = ["|".join((*named(city, year), decade_of(year))) for city, year in lived]
    return {
        "created_from": list(dict.fromkeys(_sources(person, life))),
        "included_cities": list(dict.fromkeys(included)),
        "version": CARD_VERSION,
    }


def _sources(person: Person, life: Life) -> list[str]:
    """The entries of the spec that the card was made of."""
    told = [(stage.city, stage.year) for stage in life.stages]
    cities = [person.city, life.birthplace, *(city for city, _ in told)]
    return [
        *(f"spec/cities.yaml#{city.id}" for city in cities),
        *([f"spec/styles/{person.city.style}.yaml"] if person.city.style else []),
        f"spec/decades.yaml#{decade_of(person.present)}",
        *(_place_source(city, year) for city, year in [*told, (person.city, person.present)]),
        f"spec/problems.yaml#{person.problem.id}",
        *(f"spec/traits.yaml#{family}" for family in person.scores),
        *(f"spec/traits.yaml#{name}.{option.id}" for name, option in person.options.items()),
    ]


def _place_source(city: City, year: int) -> str:
    return f"spec/places/{city.region}.yaml#{city.id}.{decade_of(year)}"
