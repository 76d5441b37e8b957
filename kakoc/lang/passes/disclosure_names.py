"""What moves the Seeker's disclosure exists: its judge and the trait it starts at."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def disclosure_names(context: Context) -> list[Diagnostic]:
    traits = {
        f"{family.id}.{trait.id}" for family in context.traits.families for trait in family.traits
    }
    judges = {judge.name for judge in context.judges.judges}
    disclosure = context.conversation.disclosure
    return [
        *_unknown(context, "judge", disclosure.judge, judges),
        *_unknown(context, "trait", disclosure.trait, traits),
    ]


def _unknown(context: Context, field: str, name: str, known: set[str]) -> list[Diagnostic]:
    if name in known:
        return []
    place = context.where("conversation.yaml", "disclosure", field)
    help_ = context.hints.did_you_mean(name, known)
    return [Diagnostic("K302", f"there is no {field} `{name}`", place, help=help_)]
