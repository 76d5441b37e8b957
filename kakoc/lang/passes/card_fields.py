"""Every value of the persona card has its viewers, and what a model writes has names of its own."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic
from kakoc.lang.card import CardField, fields
from kakoc.lang.context import CARD_FILE, Context


def card_fields(context: Context) -> list[Diagnostic]:
    card = fields(context.card)
    return [*_without_viewers(context, card), *_same_prose_name(context, card)]


def _without_viewers(context: Context, card: list[CardField]) -> Iterator[Diagnostic]:
    for field in card:
        if field.kind == "value" and field.visible_to is None:
            place = context.where_key(CARD_FILE, *field.place)
            message = f"`{field.path}` does not say who may see it"
            help_ = "add x-visible-to to it or to a group around it"
            yield Diagnostic("K416", message, place, help=help_)


def _same_prose_name(context: Context, card: list[CardField]) -> Iterator[Diagnostic]:
    """The model writes its fields side by side, so their last names must differ."""
    first: dict[str, CardField] = {}
    for field in filter(lambda field: field.by_model, card):
        name = field.path.rpartition(".")[2]
        if name in first:
            related = ((context.where_key(CARD_FILE, *first[name].place), "first used here"),)
            place = context.where_key(CARD_FILE, *field.place)
            message = f"a model writes two fields named `{name}`"
            yield Diagnostic("K417", message, place, help="rename one", related=related)
        first.setdefault(name, field)
