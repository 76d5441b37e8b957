"""Prompt sheets: a role's prompt as a person reads it, each line with its place in the spec."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kakoc.emit.roles import instructions
from kakoc.ir import Demo, Ir, Line
from kakoc.types import Role


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a prompt."""

    part: str
    text: str
    at: str
    """`file:line` in the spec; empty where a line has none."""


def rows(ir: Ir, role: Role) -> list[Row]:
    """The lines of `role`'s prompt in the order in which a model reads them.

    Placeholders stay, because they belong to no persona; what a placeholder of kakoc itself
    (`{care}`, `{topic}`, `{disclosure}`) stands for comes last.
    """
    spec = ir.roles[role]
    parts = [
        ("system: instructions", instructions(ir, role)),
        ("system: facts", _placed(spec.prompt.facts)),
        ("demos", [(text, demo.at) for demo in spec.demos for text in _exchange(demo)]),
        *_opening(ir, role),
        ("user: turn", _placed(spec.prompt.turn)),
        *_inserted(ir, role),
    ]
    return [Row(part, text, at) for part, lines in parts for text, at in lines]


def sheet(ir: Ir, role: Role) -> str:
    """The rows of `role` under their titles."""
    found = rows(ir, role)
    titles = dict.fromkeys(row.part for row in found)
    parts = [_part(title, [row for row in found if row.part == title]) for title in titles]
    return f"# {role}: {ir.roles[role].use}\n" + "".join(parts)


def _opening(ir: Ir, role: Role) -> list[tuple[str, list[tuple[str, str]]]]:
    if role != "seeker":
        return []
    return [("user: first turn", _placed([ir.conversation.opening]))]


def _inserted(ir: Ir, role: Role) -> list[tuple[str, list[tuple[str, str]]]]:
    if role == "seeker":
        levels = ir.conversation.disclosure.levels
        return [
            ("{topic}, one a turn", _placed(ir.conversation.topics)),
            ("{disclosure}, guarded to open", _placed(levels)),
        ]
    if role == "supporter":
        return [
            (f"{{care}} at {level.value} ({level.name})", _placed(level.guidance))
            for level in ir.care_levels
        ]
    return []


def _placed(lines: Iterable[Line]) -> list[tuple[str, str]]:
    return [(line.text, line.at) for line in lines]


def _exchange(demo: Demo) -> tuple[str, str]:
    answer = demo.assistant
    text = next(iter(answer.values())) if len(answer) == 1 else json.dumps(answer)
    return f"user: {demo.user}", f"assistant: {text}"


def _part(title: str, found: list[Row]) -> str:
    width = max(len(row.at) for row in found)
    # A demo may have several lines; they stay below each other.
    below = "\n" + " " * (width + 2)
    lines = (f"{row.at:<{width}}  {row.text.replace(chr(10), below)}".rstrip() for row in found)
    return "\n".join(["", f"## {title}", *lines]) + "\n"
