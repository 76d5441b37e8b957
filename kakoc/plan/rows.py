"""Rows of the plan: every person with its life, as a card without prose."""

from __future__ import annotations

from kakoc.ir import City, Ir
from kakoc.plan.card import card, row_id
from kakoc.plan.design import Design
from kakoc.plan.draws import Draws
from kakoc.plan.life import live
from kakoc.plan.people import Person, people
from kakoc.plan.world import World, world_of
from kakoc.types import PersonaRow

FALLBACK = "en"


def rows(ir: Ir, count: int) -> list[PersonaRow]:
    """The first `count` rows, at least one."""
    world = world_of(ir)
    design = Design(ir.project.plan_seed, count)
    return [_row(ir, world, person) for person in people(ir, world, design)]


class Spares:
    """Rows beyond a plan that may stand in for rows of it: the next ones of the same city.

    Which row stands in for which follows from the plan alone and not from what fails first, so a
    run that is resumed or replayed finds the same people; no row stands in for two.
    """

    def __init__(self, ir: Ir, count: int) -> None:
        self._ir, self._count = ir, count
        self._cities = len(ir.cities)
        self._rounds = -(-count // self._cities)
        self._sampled: list[PersonaRow] = []

    def of(self, row: PersonaRow, attempt: int) -> PersonaRow:
        """The row that stands in for `row` at its `attempt`-th refusal (from 0)."""
        first = (self._rounds * (attempt + 1) + row.index // self._cities) * self._cities
        if len(self._sampled) < first + self._cities:
            self._sampled = rows(self._ir, first + self._cities)
        of_round = self._sampled[first : first + self._cities]
        return next(spare for spare in of_round if spare.city == row.city)


def _row(ir: Ir, world: World, person: Person) -> PersonaRow:
    seed, language = ir.project.plan_seed, _language(ir, person.city)
    life = live(world, person, Draws("life", seed, person.index))
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
    """What a person of this city speaks: its own language, if every role's model can."""
    if ir.project.language != "native":
        return ir.project.language
    models = [ir.model(name) for name in ir.models.roles.values()]
    can = all(_covers(model.languages, city.language) for model in models if model)
    return city.language if can else FALLBACK


def _covers(languages: tuple[str, ...], wanted: str) -> bool:
    """`pt` covers `pt-BR`; a model that names no languages can speak all."""
    return not languages or wanted in languages or wanted.split("-")[0] in languages
