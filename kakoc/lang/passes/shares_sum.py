"""The shares of a category's options sum to 1, and so do those of the ages."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context
from kakoc.lang.document import Part

_TOLERANCE = 0.001


def shares_sum(context: Context) -> list[Diagnostic]:
    sums: list[tuple[tuple[Part, ...], str, float]] = [
        (("categories", number, "id"), category.id, sum(o.share for o in category.options))
        for number, category in enumerate(context.traits.categories)
    ]
    if context.traits.ages:
        sums.append((("ages", 0, "share"), "ages", sum(band.share for band in context.traits.ages)))
    return [
        Diagnostic(
            "K404",
            f"the shares of `{name}` sum to {total:.4g}, not 1",
            context.where("traits.yaml", *path),
        )
        for path, name, total in sums
        if abs(total - 1) > _TOLERANCE
    ]
