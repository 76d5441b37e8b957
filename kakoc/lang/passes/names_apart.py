"""In each year a city has one name."""

from __future__ import annotations

from itertools import pairwise

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context
from kakoc.lang.passes.spans_ordered import spans_ordered


def names_apart(context: Context) -> list[Diagnostic]:
    context.needs(spans_ordered)
    return [
        Diagnostic(
            "K431",
            f"`{city.id}` has two names in {later.start}",
            context.where("cities.yaml", "cities", number, "formerly", index + 1, "start"),
            help=f"the name before it ends in {earlier.end}; write them in the order of years",
        )
        for number, city in enumerate(context.cities.cities)
        for index, (earlier, later) in enumerate(pairwise(city.formerly))
        if later.start <= earlier.end
    ]
