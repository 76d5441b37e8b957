"""The closed part of JSON Schema that kakoc takes is JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kakoc.lang.card_schema import CardSchema

keywords = st.fixed_dictionaries(
    {},
    optional={
        "description": st.text(max_size=5),
        "minLength": st.integers(-1, 3),
        "maxItems": st.integers(-1, 3),
        "minimum": st.one_of(st.integers(-5, 5), st.floats(-1, 1)),
        "enum": st.lists(st.text(max_size=3), max_size=3),
        "required": st.lists(st.sampled_from("abc"), max_size=3, unique=True),
        "x-visible-to": st.lists(st.sampled_from(["seeker", "judge", "nobody"]), max_size=2),
        "x-written-by": st.sampled_from(["model", "plan"]),
    },
)
leaves = st.builds(
    lambda kind, more: {"type": kind, **more},
    st.sampled_from(["string", "integer", "number", "boolean", "null"]),
    keywords,
)
schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda item, more: {"type": "array", "items": item, **more}, inner, keywords),
        st.builds(
            lambda fields, more: {"type": "object", "properties": fields, **more},
            st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            keywords,
        ),
    ),
    max_leaves=4,
)


@given(schemas)
def test_what_is_accepted_is_valid_json_schema(schema: Any) -> None:
    whole = {"type": "object", "properties": {"field": schema}}
    try:
        CardSchema.model_validate_json(json.dumps(whole), strict=True)
    except ValidationError:
        return
    jsonschema.Draft202012Validator.check_schema(whole)


@pytest.mark.parametrize("keyword", ["minimun", "$ref", "pattern", "oneOf"])
def test_unknown_keywords_are_refused(keyword: str, compile_with: Any) -> None:
    card = {"type": "object", "properties": {"a": {"type": "integer", keyword: "x"}}}
    faults = compile_with({"personas.schema.json": json.dumps(card)}).diagnostics
    assert [(fault.code, fault.span.column) for fault in faults] == [("K201", 60)]


def test_required_fields_exist_and_are_named_once(compile_with: Any, root: Path) -> None:
    card = json.loads((root / "spec" / "personas.schema.json").read_text(encoding="utf-8"))
    card["properties"]["csi"]["required"] = ["directness", "directnes", "directness"]
    faults = compile_with({"personas.schema.json": json.dumps(card)}).diagnostics
    assert [(fault.code, fault.help) for fault in faults] == [
        ("K302", "did you mean `directness`?"),
        ("K301", ""),
    ]
