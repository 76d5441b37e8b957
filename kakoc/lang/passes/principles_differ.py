"""Unwise: two lines of the constitution that say the same. Knows words, not what they mean."""

from __future__ import annotations

import re
from itertools import combinations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context

OVERLAP = 0.8
"""Share of two lines' words that they have in common, from which on they say the same."""


def principles_differ(context: Context) -> list[Diagnostic]:
    principles = context.constitution.principles
    told = [frozenset(re.findall(r"\w+", item.line.text.casefold())) for item in principles]
    return [
        _fault(context, first, second)
        for first, second in combinations(range(len(told)), 2)
        if len(told[first] & told[second]) >= OVERLAP * len(told[first] | told[second])
    ]


def _fault(context: Context, first: int, second: int) -> Diagnostic:
    ids = [principle.id for principle in context.constitution.principles]
    places = [context.where("constitution.yaml", "principles", n, "line") for n in (first, second)]
    message = f"principles `{ids[first]}` and `{ids[second]}` say nearly the same"
    help_ = "keep one; a line said twice weighs twice"
    return Diagnostic("K422", message, places[1], "warning", help_, ((places[0], "said here"),))
