"""No two entries of one kind share a name. Knows which field names an entry of which list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.context import Context, Unclean
from kakoc.lang.document import Part

_LISTS = (
    ("cities.yaml", "cities", "id"),
    ("decades.yaml", "decades", "id"),
    ("problems.yaml", "problems", "id"),
    ("traits.yaml", "families", "id"),
    ("traits.yaml", "categories", "id"),
    ("care_levels.yaml", "care_levels", "name"),
    ("constitution.yaml", "principles", "id"),
    ("safety.yaml", "rules", "id"),
    ("resources.yaml", "kinds", "id"),
    ("judges.yaml", "judges", "name"),
    ("models.yaml", "models", "name"),
    ("profiles.yaml", "profiles", "name"),
)
_NESTED = (("families", "traits"), ("categories", "options"))

Place = tuple[Part, ...]
"""A file and a path in it."""


def unique_ids(context: Context) -> list[Diagnostic]:
    return [
        fault
        for kind, names in _lists(context)
        for fault in _repeated(context, kind, names)
    ]  # fmt: skip


def _lists(context: Context) -> Iterator[tuple[str, Iterable[tuple[str, Place]]]]:
    for file, name, key in _LISTS:
        if context.models.get(file):
            entries = getattr(context.models[file], name)
            yield name, _named(entries, key, (file, name))
    try:
        yield from _nested(context)
        yield "places", _cities_of_places(context)
    except Unclean:
        return


def _nested(context: Context) -> Iterator[tuple[str, Iterable[tuple[str, Place]]]]:
    for outer, inner in _NESTED:
        for number, group in enumerate(getattr(context.traits, outer)):
            place = ("traits.yaml", outer, number, inner)
            yield inner, _named(getattr(group, inner), "id", place)


def _named(entries: Iterable[Any], key: str, place: Place) -> Iterator[tuple[str, Place]]:
    for number, entry in enumerate(entries):
        yield getattr(entry, key), (*place, number, key)


def _cities_of_places(context: Context) -> Iterator[tuple[str, Place]]:
    for file, content in context.places.items():
        for city in content.places:
            yield city, (file, "places", city)


def _repeated(
    context: Context, kind: str, names: Iterable[tuple[str, Place]]
) -> Iterator[Diagnostic]:
    first: dict[str, Place] = {}
    for name, place in names:
        if name not in first:
            first[name] = place
            continue
        related = ((_span(context, kind, first[name]), "first given here"),)
        message = f"`{name}` is given twice in {kind}"
        yield Diagnostic("K301", message, _span(context, kind, place), related=related)


def _span(context: Context, kind: str, place: Place) -> Span:
    file, *path = place
    span = context.where_key if kind == "places" else context.where
    return span(str(file), *path)
