"""Unwise: two care levels that tell the Supporter the same."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def guidance_differs(context: Context) -> list[Diagnostic]:
    first: dict[str, str] = {}
    faults = []
    for number, level in enumerate(context.care_levels.care_levels):
        told = " ".join(" ".join(line.text for line in level.guidance).casefold().split())
        if told in first:
            message = f"care level `{level.name}` has the guidance of `{first[told]}`"
            place = context.where_key("care_levels.yaml", "care_levels", number, "guidance")
            help_ = "say what this level does otherwise; their replies would differ by chance only"
            faults.append(Diagnostic("K425", message, place, "warning", help_))
        first.setdefault(told, level.name)
    return faults
