"""Every city has a context in every decade, since a person may have lived there then."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.context import Context
from kakoc.lang.passes.file_names import file_names
from kakoc.lang.passes.place_names import place_names
from kakoc.lang.passes.unique_ids import unique_ids


def contexts_complete(context: Context) -> list[Diagnostic]:
    context.needs(unique_ids, place_names, file_names)
    places = context.places
    files = {city: file for file, content in places.items() for city in content.places}
    decades = [decade.id for decade in context.decades.decades]
    faults = []
    for number, city in enumerate(context.cities.cities):
        given = places[files[city.id]].places[city.id] if city.id in files else {}
        if missing := [decade for decade in decades if decade not in given]:
            message = f"city `{city.id}` has no context for {', '.join(missing)}"
            place = _place(context, city.id, files.get(city.id), number)
            faults.append(
                Diagnostic("K402", message, place, help=f"add it to {_file(city.region)}")
            )
    return faults


def _place(context: Context, city: str, file: str | None, number: int) -> Span:
    if file:
        return context.where_key(file, "places", city)
    return context.where("cities.yaml", "cities", number, "id")


def _file(region: str) -> str:
    return f"places/{region}.yaml"
