"""Entries of `resources.yaml` are of a kind and of a place that are there. Knows no contact."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic
from kakoc.ir.resources import ANYWHERE
from kakoc.lang.context import RESOURCES, Context
from kakoc.lang.wording import quoted


def resource_names(context: Context) -> list[Diagnostic]:
    return [*_kinds(context), *_places(context)]


def _kinds(context: Context) -> Iterator[Diagnostic]:
    kinds = {kind.id for kind in context.resources.kinds}
    for number, entry in enumerate(context.resources.entries):
        if entry.kind not in kinds:
            place = context.where(RESOURCES, "entries", number, "kind")
            help_ = context.hints.did_you_mean(entry.kind, kinds) or "add it to `kinds`"
            yield Diagnostic("K302", f"there is no kind `{entry.kind}`", place, help=help_)


def _places(context: Context) -> Iterator[Diagnostic]:
    cities = context.cities.cities
    places = {ANYWHERE, *(city.id for city in cities), *(city.country for city in cities)}
    for number, entry in enumerate(context.resources.entries):
        for index, name in enumerate(entry.where):
            if name not in places:
                # Where one place stands without a list around it, this is the place itself.
                place = context.where(RESOURCES, "entries", number, "where", index)
                help_ = context.hints.did_you_mean(name, places) or (
                    "name a city's id or a country of cities.yaml, or `anywhere`"
                )
                message = f"there is no city or country {quoted(name)}"
                yield Diagnostic("K302", message, place, help=help_)
