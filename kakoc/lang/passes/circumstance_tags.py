"""A circumstance that is needed, barred or presupposed is given by some option.

An option can only ask for what an earlier category gives: categories are drawn in their order.
"""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Option
from kakoc.lang.context import Context


def circumstance_tags(context: Context) -> list[Diagnostic]:
    return [*_of_options(context), *_of_problems(context)]


def _of_options(context: Context) -> Iterator[Diagnostic]:
    earlier: set[str] = set()
    for number, category in enumerate(context.traits.categories):
        own = {tag for option in category.options for tag in option.gives}
        for index, option in enumerate(category.options):
            path = ("traits.yaml", "categories", number, "options", index)
            for name, at, tag in _asked(option):
                # A category may bar its own tags: that only says what its option is not.
                if tag not in (earlier | own if name == "bars" else earlier):
                    yield _unknown(context, tag, earlier, context.where(*path, name, at))
        earlier |= own


def _asked(option: Option) -> Iterator[tuple[str, int | str, str]]:
    """(field, place in it, tag) of each circumstance that an option speaks of."""
    yield from (("needs", at, tag) for at, tag in enumerate(option.needs))
    yield from (("bars", at, tag) for at, tag in enumerate(option.bars))
    yield from (("odds", tag, tag) for tag in option.odds)


def _of_problems(context: Context) -> Iterator[Diagnostic]:
    given = {
        tag
        for category in context.traits.categories
        for option in category.options
        for tag in option.gives
    }
    for number, problem in enumerate(context.problems.problems):
        for index, one_of in enumerate(problem.presupposes):
            for tag in one_of:
                if tag not in given:
                    place = context.where("problems.yaml", "problems", number, "presupposes", index)
                    yield _unknown(context, tag, given, place)


def _unknown(context: Context, tag: str, given: set[str], place: Span) -> Diagnostic:
    message = f"no option of an earlier category gives the circumstance `{tag}`"
    help_ = context.hints.did_you_mean(tag, given) or "add it to the `gives` of an option"
    return Diagnostic("K302", message, place, help=help_)
