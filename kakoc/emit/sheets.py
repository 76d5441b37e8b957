"""Prompt sheets: a role's prompt as a person reads it, each line with its place in the spec."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kakoc.emit.roles import instructions
from kakoc.ir import Ir, Line
from kakoc.types import Role


def sheet(ir: Ir, role: Role) -> str:
    """The rendered prompt of `role`; placeholders stay, because a sheet belongs to no persona."""
    spec = ir.roles[role]
    parts = [
        ("system: instructions", instructions(ir, role)),
        ("system: facts", _placed(spec.prompt.facts)),
        ("demos", [(text, "") for demo in spec.demos for text in _demo(demo.user, demo.assistant)]),
        ("user: turn", _placed(spec.prompt.turn)),
    ]
    if role == "seeker":
        parts.insert(3, ("user: first turn", _placed([ir.conversation.opening])))
        parts.append(("{topic}, one a turn", _placed(ir.conversation.topics)))
        parts.append(("{disclosure}, guarded to open", _placed(ir.conversation.disclosure.levels)))
    if role == "supporter":
        parts += [
            (f"{{care}} at {level.value} ({level.name})", _placed(level.guidance))
            for level in ir.care_levels
        ]
    lines = [line for title, rows in parts if rows for line in _part(title, rows)]
    return f"# {role}: {spec.use}\n" + "\n".join(lines) + "\n"


def _placed(lines: Iterable[Line]) -> list[tuple[str, str]]:
    return [(line.text, line.at) for line in lines]


def _demo(user: str, assistant: dict[str, object]) -> tuple[str, str]:
    text = next(iter(assistant.values())) if len(assistant) == 1 else json.dumps(assistant)
    return f"user: {user}", f"assistant: {text}"


def _part(title: str, rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(at) for _, at in rows)
    below = "\n" + " " * (width + 2)
    lines = (f"{at:<{width}}  {text.replace(chr(10), below)}".rstrip() for text, at in rows)
    return ["", f"## {title}", *lines]
