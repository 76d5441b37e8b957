"""Fingerprints of prompts, and the sheets that show where each line was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kakoc.emit import ROLES, role_fingerprint, sheet
from kakoc.ir import Demo, Ir, Line
from kakoc.types import Role

Change = Callable[[Ir], Ir]


def moved(node: Any) -> Any:
    """The same spec, written elsewhere."""
    if isinstance(node, dict):
        return {k: "elsewhere.yaml:99" if k == "at" else moved(v) for k, v in node.items()}
    return [moved(item) for item in node] if isinstance(node, list) else node


def with_role(ir: Ir, role: Role, **fields: Any) -> Ir:
    changed = ir.roles[role].model_copy(update=fields)
    return ir.model_copy(update={"roles": {**ir.roles, role: changed}})


def with_prompt(ir: Ir, role: Role, part: str) -> Ir:
    prompt = ir.roles[role].prompt
    lines = (*getattr(prompt, part), Line(text="One more word."))
    return with_role(ir, role, prompt=prompt.model_copy(update={part: lines}))


def with_conversation(ir: Ir, **fields: Any) -> Ir:
    changed = ir.conversation.model_copy(update=fields)
    return ir.model_copy(update={"conversation": changed})


def with_guidance(ir: Ir) -> Ir:
    first, *others = ir.care_levels
    changed = first.model_copy(update={"guidance": (Line(text="Say less."),)})
    return ir.model_copy(update={"care_levels": (changed, *others)})


def with_disclosure(ir: Ir) -> Ir:
    levels = (Line(text="Say nothing."), *ir.conversation.disclosure.levels[1:])
    changed = ir.conversation.disclosure.model_copy(update={"levels": levels})
    return with_conversation(ir, disclosure=changed)


def with_principle(ir: Ir) -> Ir:
    return ir.model_copy(update={"constitution": ir.constitution[1:]})


CHANGES: dict[str, tuple[Change, set[Role]]] = {
    "instructions": (lambda ir: with_prompt(ir, "persona", "instructions"), {"persona"}),
    "facts": (lambda ir: with_prompt(ir, "seeker", "facts"), {"seeker"}),
    "turn": (lambda ir: with_prompt(ir, "supporter", "turn"), {"supporter"}),
    "demos": (
        lambda ir: with_role(ir, "seeker", demos=(Demo(user="u", assistant={"reply": "a"}),)),
        {"seeker"},
    ),
    "limits": (lambda ir: with_role(ir, "seeker", limits={"message": 99}), {"seeker"}),
    "opening": (lambda ir: with_conversation(ir, opening=Line(text="Begin.")), {"seeker"}),
    "topics": (lambda ir: with_conversation(ir, topics=(Line(text="Rain."),)), {"seeker"}),
    "disclosure": (with_disclosure, {"seeker"}),
    "care level": (with_guidance, {"supporter"}),
    "constitution": (with_principle, {"supporter"}),
    "a redraw more": (lambda ir: with_conversation(ir, redraws=9), set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_words_changes_the_fingerprint_of_the_roles_it_reaches(
    ir: Ir, role_code: dict[str, bytes], name: str
) -> None:
    change, reached = CHANGES[name]
    changed = change(ir)
    before = {role: role_fingerprint(ir, role, role_code) for role in ROLES}
    after = {role: role_fingerprint(changed, role, role_code) for role in ROLES}
    assert {role for role in ROLES if before[role] != after[role]} == reached


def test_the_place_of_a_line_changes_no_fingerprint(ir: Ir, role_code: dict[str, bytes]) -> None:
    elsewhere = Ir.model_validate(moved(ir.model_dump(mode="json", by_alias=True)))
    assert elsewhere.roles["seeker"].prompt.turn[0].at == "elsewhere.yaml:99"
    for role in ROLES:
        assert role_fingerprint(ir, role, role_code) == role_fingerprint(elsewhere, role, role_code)


def test_the_code_of_a_module_is_part_of_its_roles_fingerprint(
    ir: Ir, role_code: dict[str, bytes]
) -> None:
    edited = {**role_code, "modules/seeker.py": role_code["modules/seeker.py"] + b"\nX = 1\n"}
    changed = {
        role
        for role in ROLES
        if role_fingerprint(ir, role, role_code) != role_fingerprint(ir, role, edited)
    }
    assert changed == {"seeker"}


def placed_lines(ir: Ir, role: Role) -> list[Line]:
    prompt = ir.roles[role].prompt
    lines = [*prompt.instructions, *prompt.facts, *prompt.turn]
    if role == "seeker":
        told = ir.conversation
        lines += [told.opening, *told.topics, *told.disclosure.levels]
    if role == "supporter":
        lines += [line for level in ir.care_levels for line in level.guidance]
    return lines


@pytest.mark.parametrize("role", ROLES)
def test_a_sheet_shows_every_line_beside_its_place(ir: Ir, role: Role) -> None:
    shown = sheet(ir, role).splitlines()
    for line in placed_lines(ir, role):
        assert line.at
        assert any(
            row.startswith(f"{line.at} ") and row.endswith(f"  {line.text}") for row in shown
        )


def test_the_sheet_of_the_supporter_names_the_principles_where_they_were_written(ir: Ir) -> None:
    rows = [row.split("  - ") for row in sheet(ir, "supporter").splitlines() if "  - " in row]
    assert [(at.strip(), text) for at, text in rows] == [
        (item.line.at, item.line.text) for item in ir.constitution
    ]


def test_the_second_row_of_a_line_stays_in_its_column(ir: Ir) -> None:
    two = Line(text="First row.\nSecond row.", at="spec/roles/persona.yaml:7")
    prompt = ir.roles["persona"].prompt.model_copy(update={"turn": (two,)})
    shown = sheet(with_role(ir, "persona", prompt=prompt), "persona").splitlines()
    assert shown[-2:] == [f"{two.at}  First row.", f"{' ' * len(two.at)}  Second row."]


def test_a_sheet_ends_every_row_without_blanks(ir: Ir) -> None:
    for role in ROLES:
        assert all(row == row.rstrip() for row in sheet(ir, role).splitlines())
