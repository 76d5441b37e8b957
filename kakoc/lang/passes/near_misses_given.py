"""Unwise: a safety rule that shows nothing it lets through."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def near_misses_given(context: Context) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K421",
            f"rule `{rule.id}` has no example that it must let through",
            context.where_key("safety.yaml", "rules", number, "examples"),
            "warning",
            "add a harmless near miss under `passes`",
        )
        for number, rule in enumerate(context.safety.rules)
        if not rule.examples.passes
    ]
