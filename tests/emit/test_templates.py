"""Filling the lines of a prompt, and what of a card a role can see."""

from __future__ import annotations

from typing import Any

import pytest
from emit_kit import Package

from kakoc.emit.roles import visible_paths
from kakoc.emit.runtime.templates import each, fill, paths, visible
from kakoc.ir import Ir

VALUES: dict[str, Any] = {
    "name": "Ana",
    "age": 0,
    "none": None,
    "empty": "",
    "list": ["a", "b"],
    "nothing": [],
    "deep": {"er": {"leaf": "x"}},
    "braces": "{name}",
}


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Hello {name}.", "{deep.er.leaf}!"], "Hello Ana.\nx!"),
        (["{list}"], "a; b"),
        (["{age} years"], "0 years"),
        (["kept", "{none}", "{empty} and {name}", "{nothing}"], "kept"),
        (["{{name}} is {name}", "{{{name}}}"], "{name} is Ana\n{Ana}"),
        (["{braces}"], "{name}"),
        (["{Name} {1} {} { name }"], "{Name} {1} {} { name }"),
        ([], ""),
    ],
)
def test_lines_are_filled(lines: list[str], text: str) -> None:
    assert fill(lines, VALUES) == text


@pytest.mark.parametrize("line", ["{hidden}", "{deep.hidden}", "{deep.er.leaf.below}", "{name.x}"])
def test_a_field_that_is_not_visible_raises_instead_of_vanishing(line: str) -> None:
    with pytest.raises(KeyError, match="not visible"):
        fill([line], VALUES)


def test_paths_of_a_line_in_order() -> None:
    assert paths("{b.c} {{no}} {a} {b.c}") == ["b.c", "a", "b.c"]


def test_a_line_about_a_list_is_one_line_an_item() -> None:
    assert each("{name}: {list}.", VALUES) == ["Ana: a.", "Ana: b."]
    assert each("{name}.", VALUES) == ["Ana."]
    assert each("{list}", {"list": ["{name}", "a {{b}}"]}) == ["{name}", "a {{b}}"]


def test_visible_keeps_the_named_leaves_and_nothing_else() -> None:
    card = {"a": {"b": 1, "c": {"d": 2, "e": 3}}, "f": 4}
    assert visible(card, ["a.c.d", "f", "not.there"]) == {"a": {"c": {"d": 2}}, "f": 4}
    assert visible(card, []) == {}
    assert card == {"a": {"b": 1, "c": {"d": 2, "e": 3}}, "f": 4}


STYLE = ("address", "native", "directness", "distress", "variation", "avoid")


def test_the_supporter_sees_the_place_and_how_people_there_speak(ir: Ir, package: Package) -> None:
    seen = {
        "language",
        "current_socio_demographics.decade",
        "current_socio_demographics.current_location.city",
        *(f"background.style.{name}" for name in STYLE),
    }
    assert set(visible_paths(ir.persona_schema, "supporter")) == seen
    assert set(package.roles["supporter"].prompt["visible"]) == seen


def test_visibility_is_inherited_and_may_be_taken_back() -> None:
    schema = {
        "x-visible-to": ["seeker"],
        "properties": {
            "plain": {"type": "string"},
            "closed": {
                "type": "object",
                "x-visible-to": [],
                "properties": {"secret": {"type": "string"}},
            },
            "open": {
                "type": "object",
                "properties": {"shared": {"type": "string", "x-visible-to": ["supporter"]}},
            },
        },
    }
    assert visible_paths(schema, "seeker") == ["plain"]
    assert visible_paths(schema, "supporter") == ["open.shared"]
