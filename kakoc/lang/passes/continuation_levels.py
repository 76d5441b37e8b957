"""A profile that goes on with a fixed care level names one that exists."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def continuation_levels(context: Context) -> list[Diagnostic]:
    levels = [level.value for level in context.care_levels.care_levels]
    known = ", ".join(str(level) for level in levels)
    return [
        Diagnostic(
            "K302",
            f"there is no care level {profile.continuation}",
            context.where("profiles.yaml", "profiles", number, "continuation"),
            help=f"the care levels are {known}",
        )
        for number, profile in enumerate(context.profiles.profiles)
        if isinstance(profile.continuation, float) and profile.continuation not in levels
    ]
