"""The plan: people sampled from the distributions of a spec. Knows no model; writes no prose.

Row i depends on the plan seed, the spec's distributions and i only, so a shorter plan is a prefix
of a longer one.
"""

from __future__ import annotations

from kakoc.ir import City, Ir
from kakoc.plan.card import card, row_id
from kakoc.plan.design import Design
from kakoc.plan.draws import Draws
from kakoc.plan.life import live
from kakoc.plan.people import Person, people
from kakoc.plan.world import World, world_of
from kakoc.types import PersonaRow


def sample(ir: Ir, count: int) -> list[PersonaRow]:
    """The first `count` rows of the plan.

    Raises:
        KakocError: the distributions of the spec leave nobody to sample.
    """
    world = world_of(ir)
    design = Design(ir.project.plan_seed, count)
    return [_row(ir, world, person) for person in people(ir, world, design)]


def _row(ir: Ir, world: World, person: Person) -> PersonaRow:
    seed, language = ir.project.plan_seed, _language(ir, person.city)
    life = live(world, person.city, person.age, Draws("life", seed, person.index))
    details = Draws("details", seed, person.index)
    return PersonaRow(
        index=person.index,
        id=row_id(person),
        city=person.city.id,
        problem=person.problem.id,
        language=language,
        card=card(ir, world, person, life, language, details),
    )


def _language(ir: Ir, city: City) -> str:
    return city.language if ir.project.language == "native" else ir.project.language
