"""Lines name what exists and is visible to their role: a proof, before anything runs.

A line that names a field its role may not see would be a leak in every conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kakoc.diagnostics import Diagnostic
from kakoc.lang.card import CardField, fields
from kakoc.lang.context import Context, Unclean
from kakoc.lang.prompts import (
    PromptLine,
    care_lines,
    constitution_lines,
    conversation_lines,
    names,
    role_lines,
    stray_braces,
)
from kakoc.lang.wording import MOST_FAULTS

_SOURCES = (role_lines, constitution_lines, care_lines, conversation_lines)


def placeholders(context: Context) -> list[Diagnostic]:
    card = {field.path: field for field in fields(context.card)}
    faults: list[Diagnostic] = []
    for source in _SOURCES:
        try:
            lines = list(source(context))
        except Unclean:
            continue
        found = (fault for line in lines for fault in _faults(context, card, line))
        faults += islice(found, MOST_FAULTS + 1)  # a line can hold a thousand
    return faults


def _faults(context: Context, card: dict[str, CardField], line: PromptLine) -> Iterator[Diagnostic]:
    for part in stray_braces(line.line.text):
        help_ = "a placeholder is {path.of.card}; write {{ and }} for braces"
        place = context.spot(part, line.file, *line.path)
        yield Diagnostic("K412", f"`{part}` is no placeholder", place, help=help_)
    for name in names(line.line.text):
        if found := _wrong_name(context, card, line, name):
            code, message, help_ = found
            place = context.spot(f"{{{name}}}", line.file, *line.path)
            yield Diagnostic(code, message, place, help=help_)


def _wrong_name(
    context: Context, card: dict[str, CardField], line: PromptLine, name: str
) -> tuple[str, str, str] | None:
    if not line.role:
        help_ = "it is constant, so that servers can cache it; use `facts` or `turn`"
        return "K413", f"this line may name nothing, found `{{{name}}}`", help_
    if name in line.names:
        return None
    field = card.get(name)
    if field is None:
        known = [path for path, other in card.items() if other.kind == "value"]
        help_ = context.hints.did_you_mean(name, [*known, *line.names])
        return "K414", f"the persona card has no field `{name}`", help_
    if field.kind != "value":
        return "K414", f"`{name}` holds fields, not a value", "name one of its fields"
    if field.visible_to is not None and line.role not in field.visible_to:
        viewers = ", ".join(sorted(field.visible_to)) or "nobody"
        message = f"the {line.role} may not see `{name}`"
        return "K415", message, f"x-visible-to names {viewers}; remove it from the line"
    return None
