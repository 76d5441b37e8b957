"""Give a sampled person words. Knows the plan's row and the persona role, no conversation."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from kakoc.emit import prose_fields
from kakoc.lint.facts import contradiction
from kakoc.ports import CallSite
from kakoc.run.collisions import Place
from kakoc.run.context import RunContext
from kakoc.run.draw import Drawn, Refusal, crossed, draw
from kakoc.run.guards import Surroundings, refuse
from kakoc.types import Failure, Persona, PersonaRow


async def write_persona(
    context: RunContext, row: PersonaRow, place: Place | None = None
) -> Persona | Failure:
    """The row's card with its prose, or the reason why there is none.

    Args:
        place: where the prose is compared with that of earlier rows; none: it is not.
    """
    drawn = await _draw_prose(context, row, place)
    if drawn.value is None:
        refusal = drawn.refusal or Refusal("unknown")
        return context.failure(
            "persona",
            {
                "stage": "persona",
                "persona": row.id,
                "status": drawn.status,
                "reason": drawn.reason,
                "raw": refusal.raw,
            },
        )
    speaker = context.cast.persona
    return Persona(
        id=row.id,
        city=row.city,
        problem=row.problem,
        language=row.language,
        card=with_prose(context.ir.persona_schema, row.card, drawn.value),
        seed=drawn.seed,
        attempts=drawn.attempts,
        model=speaker.model,
        prompt=speaker.prompt,
    )


async def _draw_prose(
    context: RunContext, row: PersonaRow, place: Place | None
) -> Drawn[dict[str, str]]:
    speaker = context.cast.persona
    site = CallSite("persona", row.id)
    around = Surroundings(prompt=speaker.constant_words, never=context.ir.roles["persona"].never)
    facts = context.facts.facts(row.card)

    async def ask(seed: int) -> dict[str, str]:
        prose = await speaker.say(site, row.card, config={"seed": seed})
        return dict(prose.model_dump())

    def check(prose: dict[str, str]) -> Refusal | None:
        for text in prose.values():
            if refusal := crossed(context.rules.check(text, "persona")):
                return refusal
            if context.profile.guards and (
                reason := refuse(text, around) or contradiction(text, facts)
            ):
                return Refusal(reason, raw=text)
        return _schema_refusal(context, with_prose(context.ir.persona_schema, row.card, prose))

    async def compare(prose: dict[str, str]) -> Refusal | None:
        return await place.compare("persona", row.id, in_one(prose)) if place else None

    return await draw(ask, check, context.seeds(row.id, "persona"), compare)


def in_one(prose: Mapping[str, str]) -> str:
    """All prose of a person as one text."""
    return "\n".join(prose[name] for name in sorted(prose))


def prose_of(schema: dict[str, Any], card: Mapping[str, Any]) -> dict[str, str]:
    """The written fields of a card, as far as it has them."""
    found = {path[-1]: _at(card, path) for path, _ in prose_fields(schema)}
    return {name: text for name, text in found.items() if isinstance(text, str) and text}


def _at(card: Any, path: Sequence[str]) -> Any:
    for name in path:
        card = card.get(name) if isinstance(card, Mapping) else None
    return card


def _schema_refusal(context: RunContext, card: dict[str, Any]) -> Refusal | None:
    fault = next(context.card_validator.iter_errors(card), None)
    if fault is None:
        return None
    place = ".".join(str(part) for part in fault.absolute_path) or "the card"
    return Refusal(f"{place} does not fit personas.schema.json: {fault.message[:200]}")


def with_prose(
    schema: dict[str, Any], card: dict[str, Any], prose: dict[str, str]
) -> dict[str, Any]:
    """A copy of `card` with each written field at the place its schema gives it."""
    whole = copy.deepcopy(card)
    for (*parents, leaf), _ in prose_fields(schema):
        target = whole
        for name in parents:
            target = target.setdefault(name, {})
        target[leaf] = prose[leaf]
    return whole
