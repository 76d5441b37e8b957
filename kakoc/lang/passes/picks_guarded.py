"""Unwise: a profile that picks the best of several replies that nothing guards."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def picks_guarded(context: Context) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K426",
            f"profile `{profile.name}` picks the best of {profile.best_of} unguarded replies",
            context.where("profiles.yaml", "profiles", number, "best_of"),
            "warning",
            "set `guards: true`, or `best_of: 1` for a stub server",
        )
        for number, profile in enumerate(context.profiles.profiles)
        if profile.best_of > 1 and not profile.guards
    ]
