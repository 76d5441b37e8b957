"""The present year lies in a decade that the spec describes."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def present_decade(context: Context) -> list[Diagnostic]:
    year = context.project.present_year
    decade = f"{year // 10 * 10}s"
    if decade in {entry.id for entry in context.decades.decades}:
        return []
    message = f"there is no decade `{decade}` for the present year {year}"
    place = context.where("project.yaml", "present_year")
    return [Diagnostic("K302", message, place, help="add it to decades.yaml")]
