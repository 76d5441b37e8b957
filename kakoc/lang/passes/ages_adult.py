"""Every problem can be had by an adult of the project: its ages reach `min_age`."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context
from kakoc.lang.passes.spans_ordered import spans_ordered


def ages_adult(context: Context) -> list[Diagnostic]:
    context.needs(spans_ordered)
    youngest = context.project.min_age
    return [
        Diagnostic(
            "K406",
            f"problem `{problem.id}` ends at {problem.ages[1]}, below the youngest age {youngest}",
            context.where("problems.yaml", "problems", number, "ages"),
            help="widen the ages, or remove the problem",
        )
        for number, problem in enumerate(context.problems.problems)
        if problem.ages[1] < youngest
    ]
