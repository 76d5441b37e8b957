"""What a card must tell can be told in the years in which people speak."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import held
from kakoc.lang.context import Context


def said_in_the_present(context: Context) -> list[Diagnostic]:
    return [*_of_cities(context), *_of_problems(context)]


def _of_cities(context: Context) -> Iterator[Diagnostic]:
    project = context.project
    for number, city in enumerate(context.cities.cities):
        others = {other.year for other in project.other_presents if other.city == city.id}
        for year in sorted({project.present_year, *others}):
            if not held(city.help_seeking, year):
                place = context.where("cities.yaml", "cities", number, "help_seeking")
                yield _silent(f"nothing in `help_seeking` of `{city.id}` holds in {year}", place)


def _of_problems(context: Context) -> Iterator[Diagnostic]:
    year = context.project.present_year
    for number, problem in enumerate(context.problems.problems):
        if problem.since is not None and problem.since > year:
            continue
        for name, least in (("symptoms", 2), ("triggers", 1), ("words", 1)):
            if len(found := held(getattr(problem, name), year)) < least:
                place = context.where("problems.yaml", "problems", number, name)
                message = f"{len(found)} of `{name}` hold in {year}; a card tells at least {least}"
                yield _silent(message, place)


def _silent(message: str, place: Span) -> Diagnostic:
    return Diagnostic("K432", message, place, help="widen `since` or `until`, or add one")
