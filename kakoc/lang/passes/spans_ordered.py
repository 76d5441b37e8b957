"""Ranges run forwards: ages, durations, sentences, years of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kakoc.diagnostics import Diagnostic
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
        for source in (_problems, _options, _care_levels, _former_names)
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
