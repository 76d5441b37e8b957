"""Every trait that is sampled has its field in the persona card."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic
from kakoc.ir import TraitFamily
from kakoc.lang.card import fields
from kakoc.lang.context import Context


def card_traits(context: Context) -> list[Diagnostic]:
    known = {field.path for field in fields(context.card)}
    return [
        fault
        for number, family in enumerate(context.traits.families)
        for fault in _without_field(context, number, family, known)
    ]


def _without_field(
    context: Context, number: int, family: TraitFamily, known: set[str]
) -> Iterator[Diagnostic]:
    if family.id not in known:
        yield _fault(context, family.id, known, ("families", number, "id"))
        return
    for index, trait in enumerate(family.traits):
        path = f"{family.id}.{trait.id}"
        if path not in known:
            yield _fault(context, path, known, ("families", number, "traits", index, "id"))


def _fault(
    context: Context, path: str, known: set[str], place: tuple[str | int, ...]
) -> Diagnostic:
    message = f"the persona card has no field `{path}` for this"
    help_ = context.hints.did_you_mean(path, known) or "add it to personas.schema.json"
    return Diagnostic("K306", message, context.where("traits.yaml", *place), help=help_)
