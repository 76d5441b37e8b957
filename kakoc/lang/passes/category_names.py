"""The categories that the sampler draws from are there, and problems name risks among them.

The names are kakoc's, not a project's: a card without gender, household or risk cannot be sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from kakoc.diagnostics import Diagnostic
from kakoc.ir import Category, RiskLevel
from kakoc.lang.context import Context

_NEEDED = (
    "gender",
    "household",
    "employment",
    "financial_status",
    "social_network",
    "risk",
)  # fmt: skip


def category_names(context: Context) -> list[Diagnostic]:
    categories = context.traits.categories
    return [*_missing(context, categories), *_foreign_risks(context, categories)]


def _missing(context: Context, categories: tuple[Category, ...]) -> Iterator[Diagnostic]:
    known = {category.id for category in categories}
    place = context.where_key("traits.yaml", "categories")
    for name in _NEEDED:
        if name not in known:
            near = context.hints.near(name, known)
            help_ = f"rename `{near[0]}`" if near else "add it, with the options and their shares"
            yield Diagnostic("K303", f"there is no category `{name}`", place, help=help_)


def _foreign_risks(context: Context, categories: tuple[Category, ...]) -> Iterator[Diagnostic]:
    known = get_args(RiskLevel)
    for number, category in enumerate(categories):
        for index, option in enumerate(category.options):
            if category.id == "risk" and option.id not in known:
                path = ("categories", number, "options", index, "id")
                message = f"there is no risk level `{option.id}`; plans and means are never sampled"
                help_ = f"the levels are {', '.join(known)}"
                yield Diagnostic("K302", message, context.where("traits.yaml", *path), help=help_)
