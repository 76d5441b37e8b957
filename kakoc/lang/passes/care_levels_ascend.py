"""Care levels are written from the lowest to the highest, no value twice."""

from __future__ import annotations

from itertools import pairwise

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def care_levels_ascend(context: Context) -> list[Diagnostic]:
    values = [level.value for level in context.care_levels.care_levels]
    return [
        Diagnostic(
            "K401",
            f"care level {value} does not come after {before}",
            context.where("care_levels.yaml", "care_levels", number, "value"),
            help="write the levels in ascending order, each value once",
        )
        for number, (before, value) in enumerate(pairwise(values), start=1)
        if value <= before
    ]
