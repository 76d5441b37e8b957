"""Ranges run forwards: ages, durations, sentences, years of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kakoc.diagnostics import Diagnostic
from kakoc.ir import Arrival, Dated
from kakoc.lang.context import Context, Unclean
from kakoc.lang.document import Part

Range = tuple[str, tuple[Part, ...], float, float]
"""File, path, first and last value."""


def spans_ordered(context: Context) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K405",
            f"the range {first} to {last} runs backwards",
            context.where(file, *path),
            help="write the smaller number first",
        )
        for source in (_problems, _options, _age_bands, _care_levels, _former_names, _dated)
        for file, path, first, last in _clean(context, source)
        if first > last
    ]


def _clean(context: Context, source: Callable[[Context], Iterator[Range]]) -> list[Range]:
    """The ranges of one file; none if the file has faults of its own."""
    try:
        return list(source(context))
    except Unclean:
        return []


def _problems(context: Context) -> Iterator[Range]:
    for number, problem in enumerate(context.problems.problems):
        place = ("problems", number)
        yield "problems.yaml", (*place, "ages"), *problem.ages
        yield "problems.yaml", (*place, "duration_months"), *problem.duration_months


def _options(context: Context) -> Iterator[Range]:
    for number, category in enumerate(context.traits.categories):
        for index, option in enumerate(category.options):
            place = ("categories", number, "options", index, "ages")
            yield "traits.yaml", place, *option.ages


def _age_bands(context: Context) -> Iterator[Range]:
    for number, band in enumerate(context.traits.ages):
        yield "traits.yaml", ("ages", number, "ages"), *band.ages


def _care_levels(context: Context) -> Iterator[Range]:
    for number, level in enumerate(context.care_levels.care_levels):
        yield "care_levels.yaml", ("care_levels", number, "sentences"), *level.sentences


def _former_names(context: Context) -> Iterator[Range]:
    for number, city in enumerate(context.cities.cities):
        for index, name in enumerate(city.formerly):
            yield (
                "cities.yaml",
                ("cities", number, "formerly", index, "start"),
                name.start,
                name.end,
            )


def _dated(context: Context) -> Iterator[Range]:
    """Years of what holds in some years only."""
    for number, city in enumerate(context.cities.cities):
        for name in ("tendencies", "help_seeking", "arrivals"):
            yield from _years("cities.yaml", ("cities", number, name), getattr(city, name))
    for number, problem in enumerate(context.problems.problems):
        for name in ("symptoms", "triggers", "words"):
            yield from _years("problems.yaml", ("problems", number, name), getattr(problem, name))


def _years(file: str, path: tuple[Part, ...], items: Sequence[Dated | Arrival]) -> Iterator[Range]:
    for index, item in enumerate(items):
        if item.since is not None and item.until is not None:
            yield file, (*path, index, "since"), item.since, item.until
