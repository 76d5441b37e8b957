"""Unwise: a conversation that can outgrow the model that plays one of its roles."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.ir import Profile, RoleSpec
from kakoc.lang.context import Context
from kakoc.lang.passes.card_fields import card_fields
from kakoc.lang.passes.placeholders import placeholders
from kakoc.lang.prompt_size import constant_part, facts_part, tokens, turn_part, value_lengths


def prompts_fit(context: Context) -> list[Diagnostic]:
    context.needs(card_fields, placeholders)
    longest = max(context.profiles.profiles, key=lambda profile: profile.turns)
    return [
        fault
        for role in context.roles.values()
        for fault in _too_long(context, role, *_sizes(context, role), longest)
    ]


def _sizes(context: Context, role: RoleSpec) -> tuple[int, int]:
    """Tokens of what is told once, and of one exchange."""
    roles: dict[str, RoleSpec] = {each.role: each for each in context.roles.values()}
    facts = facts_part(role, value_lengths(context.card))
    constant = constant_part(role, context.constitution.principles)
    turn = turn_part(role, roles, context.conversation, context.card)
    return tokens(constant + facts), tokens(turn)


def _too_long(
    context: Context, role: RoleSpec, once: int, turn: int, longest: Profile
) -> list[Diagnostic]:
    turns = 1 if role.role == "persona" else longest.turns
    needed = once + turns * turn
    models = {model.name: (n, model) for n, model in enumerate(context.models_file.models)}
    number, model = models.get(context.models_file.roles.get(role.role, ""), (0, None))
    if model is None or model.engine != "embedded" or needed <= model.context:
        return []
    sum_ = f"{once:,} + {turns} x {turn:,} = {needed:,}"
    message = (
        f"the {role.role} of profile `{longest.name}` may need about {sum_} tokens;"
        f" model `{model.name}` holds {model.context:,}"
    )
    place = context.where("models.yaml", "models", number, "context")
    help_ = "raise `context`, or shorten the prompt, the `limits` or the profile's turns"
    return [Diagnostic("K423", message, place, "warning", help_)]
