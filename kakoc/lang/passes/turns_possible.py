"""No profile asks for more turns than it makes."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def turns_possible(context: Context) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K407",
            f"min_turns {profile.min_turns} is more than turns {profile.turns}",
            context.where("profiles.yaml", "profiles", number, "min_turns"),
            help="every conversation of this profile would fail",
        )
        for number, profile in enumerate(context.profiles.profiles)
        if profile.min_turns > profile.turns
    ]
