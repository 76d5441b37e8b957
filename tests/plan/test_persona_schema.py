"""What `spec/personas.schema.json` promises: closed, bounded, and who may see what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = json.loads((Path(__file__).parents[2] / "spec" / "personas.schema.json").read_text("utf-8"))


STYLE = {
    "background.style.address",
    "background.style.directness",
    "background.style.distress",
    "background.style.variation",
    "background.style.native",
    "background.style.avoid.[]",
}
"""What is said of a city's people as a whole, not of this person."""


def fields(
    schema: dict[str, Any], path: str = "", visible: tuple[str, ...] = ()
) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Every field below `schema` with the roles that may see it."""
    visible = tuple(schema.get("x-visible-to", visible))
    yield path, schema, visible
    below = schema.get("properties", {})
    items = {"[]": schema["items"]} if "items" in schema else {}
    for name, field in (below | items).items():
        yield from fields(field, f"{path}.{name}".removeprefix("."), visible)


def leaves_seen_by(role: str) -> set[str]:
    return {
        path
        for path, schema, visible in fields(ROOT)
        if role in visible and schema["type"] not in ("object", "array")
    }


def test_objects_are_closed_and_complete() -> None:
    for path, schema, _ in fields(ROOT):
        if schema["type"] == "object":
            assert schema["additionalProperties"] is False, path
            assert schema["required"] == list(schema["properties"]), path


def test_every_length_and_range_is_bounded() -> None:
    bounds = {"string": {"maxLength"}, "array": {"maxItems"}, "integer": {"minimum", "maximum"}}
    for path, schema, _ in fields(ROOT):
        if "enum" not in schema:
            assert bounds.get(schema["type"], set()) <= schema.keys(), path


def test_every_field_is_described() -> None:
    assert [path for path, schema, _ in fields(ROOT) if not schema.get("description")] == []


def test_the_supporter_sees_language_city_and_decade_only() -> None:
    assert leaves_seen_by("supporter") == {
        "language",
        "current_socio_demographics.decade",
        "current_socio_demographics.current_location.city",
        *STYLE,
    }
    assert leaves_seen_by("judge") == leaves_seen_by("supporter") - STYLE


def test_prose_is_hidden_from_its_own_writer() -> None:
    prose = {path for path, schema, _ in fields(ROOT) if schema.get("x-written-by") == "model"}
    assert prose == {
        "presenting_problem.summary",
        "presenting_problem.in_own_words",
        "current_socio_demographics.societal_perceptions",
    }
    assert leaves_seen_by("seeker") - leaves_seen_by("persona") == prose


def test_only_adults_are_in_the_present() -> None:
    now = ROOT["properties"]["current_socio_demographics"]["properties"]
    assert now["age"]["minimum"] == 18
