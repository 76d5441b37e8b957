"""The shares of a category's options sum to 1."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context

_TOLERANCE = 0.001


def shares_sum(context: Context) -> list[Diagnostic]:
    sums = [
        (number, category.id, sum(option.share for option in category.options))
        for number, category in enumerate(context.traits.categories)
    ]
    return [
        Diagnostic(
            "K404",
            f"the shares of `{name}` sum to {total:.4g}, not 1",
            context.where("traits.yaml", "categories", number, "id"),
        )
        for number, name, total in sums
        if abs(total - 1) > _TOLERANCE
    ]
