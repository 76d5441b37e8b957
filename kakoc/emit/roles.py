"""What the three roles take and give, as data. Knows role names, not their words.

The shape of an exchange is kakoc's: a Seeker thinks, speaks, is distressed and may be ready to
close; a Supporter replies; a persona's prose fills the fields the schema leaves to a model.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kakoc.ir import Ir, fingerprint
from kakoc.types import Role, digest

ROLES: tuple[Role, ...] = ("persona", "seeker", "supporter")


@dataclass(frozen=True, slots=True)
class Shape:
    """Input and output fields of a role's signature."""

    signature: str
    inputs: tuple[str, ...]
    output: str
    annotation: str
    """Python type of the output field, a name of the generated `types.py` or `str`."""


SHAPES: dict[Role, Shape] = {
    "persona": Shape("PersonaSignature", ("facts", "turn"), "prose", "PersonaProse"),
    "seeker": Shape("SeekerSignature", ("facts", "history", "turn"), "said", "SeekerTurn"),
    "supporter": Shape("SupporterSignature", ("facts", "history", "turn"), "reply", "str"),
}


def instructions(ir: Ir, role: Role) -> list[tuple[str, str]]:
    """The constant lines of a role's prompt, each with the place it came from."""
    spec = ir.roles[role]
    lines = [(line.text, line.at) for line in spec.prompt.instructions]
    if spec.constitution:
        lines += [(f"- {item.line.text}", item.line.at) for item in ir.constitution]
    return lines


def instruction_text(ir: Ir, role: Role) -> str:
    """The instructions as DSPy keeps them: it takes tabs and common indentation out."""
    return inspect.cleandoc("\n".join(text for text, _ in instructions(ir, role)))


def visible_paths(schema: dict[str, Any], role: str) -> list[str]:
    """Dotted paths of the card's leaves that `role` may see."""
    return list(_visible(schema, role, "", tuple(schema.get("x-visible-to", ()))))


def prose_schema(ir: Ir) -> dict[str, Any]:
    """Schema of what the persona role writes: the fields marked `x-written-by: model`, flat."""
    fields = {path[-1]: sub for path, sub in prose_fields(ir.persona_schema)}
    return {
        "type": "object",
        "description": "The words of one person; everything else about it was sampled.",
        "properties": fields,
        "required": list(fields),
    }


def prose_fields(
    schema: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """(path, schema) of each field of the card that a model writes."""
    for name, sub in schema.get("properties", {}).items():
        if sub.get("x-written-by") == "model":
            yield (*path, name), sub
        else:
            yield from prose_fields(sub, (*path, name))


def seeker_schema(ir: Ir) -> dict[str, Any]:
    """Schema of one Seeker turn; the lengths of its texts are the role's `limits`."""
    limits = ir.roles["seeker"].limits
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": "What the Seeker thinks, says and feels.",
        "properties": {
            "thought": {**text, "maxLength": limits.get("thought", 200)},
            "message": {**text, "maxLength": limits.get("message", 400)},
            "distress": {"type": "integer", "minimum": 0, "maximum": 10},
            "ready_to_close": {"type": "boolean"},
        },
        "required": ["thought", "message", "distress", "ready_to_close"],
    }


def role_fingerprint(ir: Ir, role: Role, code: dict[str, bytes]) -> str:
    """Identity of all that shapes a role's prompt: words, module, what it sees and gives."""
    return digest(role_parts(ir, role, code))


def role_parts(ir: Ir, role: Role, code: dict[str, bytes]) -> dict[str, str]:
    """A digest of each thing that shapes a role's prompt, so that a change can be named."""
    spec, told = ir.roles[role], ir.conversation
    answers = {
        "persona": prose_schema(ir),
        "seeker": seeker_schema(ir),
        "supporter": [fingerprint(level) for level in ir.care_levels],
    }
    parts: dict[str, Any] = {
        "words": [fingerprint(spec.prompt), instruction_text(ir, role)],
        "demos": fingerprint(spec.demos),
        "settings": fingerprint([spec.decoding, spec.limits, spec.never, spec.use]),
        "module": code.get(module_path(spec.use), b"").decode("utf-8", "replace"),
        "visible fields": visible_paths(ir.persona_schema, role),
        "answers": answers[role],
    }
    if role == "seeker":
        parts["conversation"] = fingerprint([told.opening, told.topics, told.disclosure.levels])
    return {name: digest(value) for name, value in parts.items()}


def module_path(use: str) -> str:
    """`modules.seeker:Seeker` -> `modules/seeker.py`."""
    return use.split(":")[0].replace(".", "/") + ".py"


def _visible(
    schema: dict[str, Any], role: str, path: str, inherited: tuple[str, ...]
) -> Iterator[str]:
    for name, sub in schema.get("properties", {}).items():
        allowed = tuple(sub.get("x-visible-to", inherited))
        here = f"{path}.{name}" if path else name
        if sub.get("type") == "object":
            yield from _visible(sub, role, here, allowed)
        elif role in allowed:
            yield here
