"""Every line that reaches a prompt, with its place and what it may name. Knows roles, not words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kakoc.ir import Line
from kakoc.lang.context import ROLE_FILES, Context
from kakoc.lang.document import Part

TURN_NAMES = {
    "persona": frozenset[str](),
    "seeker": frozenset({"message", "disclosure", "topic"}),
    "supporter": frozenset({"message", "care"}),
}
"""What the `turn` lines of a role may name besides the card."""

_BRACES = re.compile(r"\{\{|\}\}|\{[a-z_][a-z0-9_.]*\}|\{[^{}]*\}?|\}")
_NAME = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


@dataclass(frozen=True, slots=True)
class PromptLine:
    """One line of a prompt in the spec."""

    line: Line
    file: str
    path: tuple[Part, ...]
    role: str = ""
    """Whose eyes the named fields must be visible to; empty: the line may name nothing."""
    names: frozenset[str] = frozenset()
    """Names besides card fields."""


def names(text: str) -> list[str]:
    """Dotted paths that a line names, in order."""
    return [found[1] for found in map(_NAME.fullmatch, _BRACES.findall(text)) if found]


def stray_braces(text: str) -> list[str]:
    """Parts of a line that begin or end like a placeholder and are none."""
    parts = _BRACES.findall(text)
    return [part for part in parts if part not in ("{{", "}}") and not _NAME.fullmatch(part)]


def role_lines(context: Context) -> Iterator[PromptLine]:
    for file, role in ((file, context.roles[file]) for file in ROLE_FILES):
        prompt, here = role.prompt, (file, "prompt")
        yield from _lines(prompt.instructions, *here, "instructions")
        yield from _lines(prompt.facts, *here, "facts", role=role.role)
        yield from _lines(prompt.turn, *here, "turn", role=role.role, names=TURN_NAMES[role.role])


def constitution_lines(context: Context) -> Iterator[PromptLine]:
    for number, principle in enumerate(context.constitution.principles):
        yield PromptLine(principle.line, "constitution.yaml", ("principles", number, "line"))


def care_lines(context: Context) -> Iterator[PromptLine]:
    for number, level in enumerate(context.care_levels.care_levels):
        path = ("care_levels.yaml", "care_levels", number, "guidance")
        yield from _lines(level.guidance, *path, role="supporter")


def conversation_lines(context: Context) -> Iterator[PromptLine]:
    conversation, file = context.conversation, "conversation.yaml"
    opening_names = frozenset({"topic"})
    yield PromptLine(conversation.opening, file, ("opening",), "seeker", opening_names)
    yield from _lines(conversation.topics, file, "topics", role="seeker")
    yield from _lines(conversation.disclosure.levels, file, "disclosure", "levels")


def _lines(
    lines: tuple[Line, ...],
    file: str,
    *path: Part,
    role: str = "",
    names: frozenset[str] = frozenset(),
) -> Iterator[PromptLine]:
    for number, line in enumerate(lines):
        yield PromptLine(line, file, (*path, number), role, names)
