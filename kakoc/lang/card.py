"""The persona card's schema as a list of fields: dotted path, who sees it, who writes it.

Knows the keywords of `card_schema.py`; the file was checked against them before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kakoc.lang.document import Part


@dataclass(frozen=True, slots=True)
class CardField:
    """One property of the card."""

    path: str
    """Dotted; fields of the entries of a list carry `[]` and cannot be named in a prompt."""
    kind: Literal["value", "group", "entries"]
    """A value (or a list of values), a group of fields, a list of groups."""
    visible_to: frozenset[str] | None
    """None: neither the field nor a group around it says who sees it."""
    by_model: bool
    place: tuple[Part, ...]
    """Path of the property in the schema file."""


def fields(schema: dict[str, Any]) -> list[CardField]:
    """Every property of the card, groups before what they hold."""
    return list(_below(schema, "", None, ()))


def _below(
    schema: dict[str, Any], prefix: str, inherited: frozenset[str] | None, place: tuple[Part, ...]
) -> Iterator[CardField]:
    inherited = _viewers(schema, inherited)
    if schema["type"] == "array":
        yield from _below(schema["items"], f"{prefix[:-1]}[].", inherited, (*place, "items"))
    for name, field in schema.get("properties", {}).items():
        path, here = prefix + name, (*place, "properties", name)
        by_model = field.get("x-written-by") == "model"
        yield CardField(path, _kind(field), _viewers(field, inherited), by_model, here)
        yield from _below(field, f"{path}.", inherited, here)


def _viewers(schema: dict[str, Any], inherited: frozenset[str] | None) -> frozenset[str] | None:
    return frozenset(schema["x-visible-to"]) if "x-visible-to" in schema else inherited


def _kind(field: dict[str, Any]) -> Literal["value", "group", "entries"]:
    innermost = field
    while innermost["type"] == "array":
        innermost = innermost["items"]
    if innermost["type"] != "object":
        return "value"
    return "group" if field["type"] == "object" else "entries"
