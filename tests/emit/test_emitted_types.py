"""Types made from `personas.schema.json`, and the bounds of everything a model is asked for."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from emit_kit import Package, import_classes, nodes
from pydantic import BaseModel, ValidationError

from kakoc.emit.roles import prose_fields
from kakoc.emit.runtime.adapter import CHARS_PER_TOKEN, token_bound
from kakoc.ir import Ir


def test_a_sampled_card_with_prose_is_accepted_and_comes_back_equal(
    package: Package, card: dict[str, Any]
) -> None:
    assert package.types.PersonaCard.model_validate(card).model_dump() == card


@pytest.mark.parametrize(
    "where", [(), ("current_socio_demographics",), ("presenting_problem", "risk")]
)
def test_an_unknown_field_is_refused_at_every_depth(
    package: Package, card: dict[str, Any], where: tuple[str, ...]
) -> None:
    changed = copy.deepcopy(card)
    target = changed
    for name in where:
        target = target[name]
    target["nickname"] = "x"
    with pytest.raises(ValidationError, match="nickname"):
        package.types.PersonaCard.model_validate(changed)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("current_socio_demographics", "age"), 17),
        (("gender_at_birth",), "other"),
        (("natural_tendencies",), ["a", "b", "c", "d", "e"]),
        (("natural_tendencies",), ["x" * 121]),
        (("presenting_problem", "summary"), ""),
        (("csi", "directness"), "high"),
    ],
)
def test_a_value_out_of_bounds_is_refused(
    package: Package, card: dict[str, Any], path: tuple[str, ...], value: Any
) -> None:
    changed = copy.deepcopy(card)
    *parents, leaf = path
    target = changed
    for name in parents:
        target = target[name]
    target[leaf] = value
    with pytest.raises(ValidationError, match=leaf):
        package.types.PersonaCard.model_validate(changed)


def test_the_prose_type_holds_what_a_model_writes_and_nothing_else(
    package: Package, ir: Ir
) -> None:
    names = {path[-1] for path, _ in prose_fields(ir.persona_schema)}
    assert set(package.types.PersonaProse.model_fields) == names
    assert names == {"societal_perceptions", "summary", "in_own_words"}


@pytest.mark.parametrize("role", ["persona", "seeker"])
def test_every_text_and_list_that_a_model_is_asked_for_is_bounded(
    package: Package, role: str
) -> None:
    found = list(nodes(package.output_schema(role)))
    assert {node["type"] for node in found} >= {"object", "string"}
    for node in found:
        assert node["type"] != "string" or "maxLength" in node or "enum" in node, node
        assert node["type"] != "array" or "maxItems" in node, node


def test_the_bounds_of_a_seeker_turn_are_the_limits_of_the_spec(package: Package, ir: Ir) -> None:
    fields = package.output_schema("seeker")["properties"]
    limits = ir.roles["seeker"].limits
    assert {name: fields[name]["maxLength"] for name in limits} == limits
    assert (fields["distress"]["minimum"], fields["distress"]["maximum"]) == (0, 10)


WIDE = {
    "type": "object",
    "properties": {
        "words": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 90}},
        "kind": {"type": "string", "enum": ["short", "a much longer name"]},
        "inner": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
        "sure": {"type": "boolean"},
    },
    "required": ["words", "kind", "inner", "sure"],
}


def test_the_longest_answer_fits_into_the_token_bound(package: Package, tmp_path: Path) -> None:
    schema = import_classes(tmp_path, "Wide", WIDE).Wide.model_json_schema()
    for wanted in (schema, package.output_schema("seeker"), package.output_schema("persona")):
        longest = json.dumps(_longest(wanted, wanted.get("$defs", {})))
        assert len(longest) / CHARS_PER_TOKEN <= token_bound(wanted) <= len(longest)


def _longest(schema: dict[str, Any], defs: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _longest(defs[schema["$ref"].rsplit("/", 1)[-1]], defs)
    if "enum" in schema:
        return max(schema["enum"], key=len)
    match schema["type"]:
        case "object":
            return {name: _longest(sub, defs) for name, sub in schema["properties"].items()}
        case "array":
            return [_longest(schema["items"], defs)] * schema["maxItems"]
        case "string":
            return "x" * schema["maxLength"]
        case "integer":
            return 1000
        case _:
            return False


def test_a_field_that_is_not_required_may_be_left_out(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"note": {"type": "string", "maxLength": 5}}}
    loose: type[BaseModel] = import_classes(tmp_path, "Loose", schema).Loose
    assert loose().model_dump() == {"note": None}
    with pytest.raises(ValidationError, match="at most 5"):
        loose(note="sixsix")
