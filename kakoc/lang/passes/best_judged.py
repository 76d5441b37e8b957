"""A profile whose best reply goes on judges them."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def best_judged(context: Context) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K418",
            f"profile `{profile.name}` goes on with the best reply and judges none",
            context.where("profiles.yaml", "profiles", number, "judges"),
            help="set `continuation: sampled` or a care level, or leave out `judges: false`",
        )
        for number, profile in enumerate(context.profiles.profiles)
        if profile.continuation == "best" and not profile.judges
    ]
