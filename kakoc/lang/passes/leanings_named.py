"""A problem leans towards traits that are there."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def leanings_named(context: Context) -> list[Diagnostic]:
    known = {
        f"{family.id}.{trait.id}" for family in context.traits.families for trait in family.traits
    }
    return [
        Diagnostic(
            "K302",
            f"there is no trait `{name}`",
            context.where_key("problems.yaml", "problems", number, "leans", name),
            help=context.hints.did_you_mean(name, known) or "a trait is named family.trait",
        )
        for number, problem in enumerate(context.problems.problems)
        for name in problem.leans
        if name not in known
    ]
