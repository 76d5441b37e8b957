"""What the persona card requires are fields it has, each named once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import CARD_FILE, Context
from kakoc.lang.document import Part


def required_fields(context: Context) -> list[Diagnostic]:
    return [
        fault
        for place, group in _groups(context.card, ())
        for fault in _faults(context, place, group)
    ]


def _groups(
    schema: dict[str, Any], place: tuple[Part, ...]
) -> Iterator[tuple[tuple[Part, ...], dict[str, Any]]]:
    if schema["type"] == "object":
        yield place, schema
    if schema["type"] == "array":
        yield from _groups(schema["items"], (*place, "items"))
    for name, field in schema.get("properties", {}).items():
        yield from _groups(field, (*place, "properties", name))


def _faults(
    context: Context, place: tuple[Part, ...], group: dict[str, Any]
) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for number, name in enumerate(group.get("required", ())):
        span = context.where(CARD_FILE, *place, "required", number)
        if name not in group["properties"]:
            help_ = context.hints.did_you_mean(name, group["properties"])
            yield Diagnostic("K302", f"there is no field `{name}` to require", span, help=help_)
        elif name in seen:
            yield Diagnostic("K301", f"`{name}` is required twice", span)
        seen.add(name)
