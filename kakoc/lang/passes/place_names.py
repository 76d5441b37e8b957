"""Contexts belong to cities and decades that exist. Knows no city."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context
from kakoc.lang.schema import PlacesFile


def place_names(context: Context) -> list[Diagnostic]:
    cities = {city.id for city in context.cities.cities}
    decades = {decade.id for decade in context.decades.decades}
    return [
        fault
        for file, content in context.places.items()
        for fault in _unknown(context, file, content, cities, decades)
    ]


def _unknown(
    context: Context, file: str, content: PlacesFile, cities: set[str], decades: set[str]
) -> Iterator[Diagnostic]:
    for city, contexts in content.places.items():
        if city not in cities:
            help_ = context.hints.did_you_mean(city, cities) or "add it to cities.yaml"
            place = context.where_key(file, "places", city)
            yield Diagnostic("K302", f"there is no city `{city}`", place, help=help_)
        for decade in contexts:
            if decade not in decades:
                help_ = context.hints.did_you_mean(decade, decades) or "add it to decades.yaml"
                place = context.where_key(file, "places", city, decade)
                yield Diagnostic("K302", f"there is no decade `{decade}`", place, help=help_)
