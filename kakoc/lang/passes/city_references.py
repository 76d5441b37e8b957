"""What names a city or a style names one that is there: arrivals, styles, other presents."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.context import Context


def city_references(context: Context) -> list[Diagnostic]:
    return [*_arrivals(context), *_styles(context), *_other_presents(context)]


def _arrivals(context: Context) -> Iterator[Diagnostic]:
    cities = {city.id for city in context.cities.cities}
    for number, city in enumerate(context.cities.cities):
        for index, arrival in enumerate(city.arrivals):
            place = context.where("cities.yaml", "cities", number, "arrivals", index, "origin")
            if arrival.origin not in cities:
                yield _unknown(context, "city", arrival.origin, cities, place)
            elif arrival.origin == city.id:
                message = f"`{city.id}` is named as an origin of its own arrivals"
                yield Diagnostic("K302", message, place, help="name another city")


def _styles(context: Context) -> Iterator[Diagnostic]:
    styles = {style.id for style in context.styles.values()}
    for number, city in enumerate(context.cities.cities):
        if city.style is not None and city.style not in styles:
            place = context.where("cities.yaml", "cities", number, "style")
            yield _unknown(context, "style", city.style, styles, place)


def _other_presents(context: Context) -> Iterator[Diagnostic]:
    cities = {city.id for city in context.cities.cities}
    decades = {decade.id for decade in context.decades.decades}
    for number, other in enumerate(context.project.other_presents):
        path = ("project.yaml", "other_presents", number)
        if other.city not in cities:
            yield _unknown(context, "city", other.city, cities, context.where(*path, "city"))
        if (decade := f"{other.year // 10 * 10}s") not in decades:
            yield _unknown(context, "decade", decade, decades, context.where(*path, "year"))


def _unknown(context: Context, kind: str, name: str, known: set[str], place: Span) -> Diagnostic:
    help_ = context.hints.did_you_mean(name, known) or f"add it, or name another {kind}"
    return Diagnostic("K302", f"there is no {kind} `{name}`", place, help=help_)
