"""How long the prompts of a role can get, in tokens, before anything runs. Knows no tokenizer.

An estimate on the safe side: three characters a token, where English has four to five in most
vocabularies; every text that is not in the spec, half as long as it may be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kakoc.ir import ConversationSpec, Line, Principle, RoleSpec
from kakoc.lang.card import fields
from kakoc.lang.prompts import names

CHARS_PER_TOKEN = 3
USUAL_SHARE = 0.5
"""Of the length that a text may have; few come near it."""
USUAL_BOUND, USUAL_ENTRIES = 400, 3
"""Characters of a text and entries of a list that have no bound."""
_NUMBER = 4
_HEARD = {"seeker": ("supporter", "reply"), "supporter": ("seeker", "message")}
"""What `{message}` holds: an output field of the other role."""

Lengths = dict[str, float]
"""What a line may name -> characters it stands for."""


def tokens(characters: float) -> int:
    return round(characters / CHARS_PER_TOKEN)


def value_lengths(card: dict[str, Any], one_entry: bool = False) -> Lengths:
    """The card's values as a role is told them.

    Args:
        one_entry: of a list only one entry, as a topic of conversation takes it.
    """
    lengths = {}
    for field in fields(card):
        if field.kind == "value":
            schema: Any = card
            for part in field.place:
                schema = schema[part]
            lengths[field.path] = _length(schema, one_entry)
    return lengths


def constant_part(role: RoleSpec, principles: Iterable[Principle]) -> int:
    """Characters that are the same in every conversation: instructions, constitution, demos."""
    lines = [*role.prompt.instructions, *(p.line for p in principles if role.constitution)]
    demos = sum(len(d.user) + len(json.dumps(d.assistant, ensure_ascii=False)) for d in role.demos)
    return sum(len(line.text) + 1 for line in lines) + demos


def facts_part(role: RoleSpec, values: Lengths) -> float:
    """Characters of what is told once a conversation."""
    return sum(_filled(line, values) for line in role.prompt.facts)


def turn_part(
    role: RoleSpec, roles: Mapping[str, RoleSpec], told: ConversationSpec, card: dict[str, Any]
) -> float:
    """Characters of one exchange: what the role is told before it answers, and its answer."""
    other, field = _HEARD.get(role.role, ("", ""))
    heard = roles[other].limits.get(field, USUAL_BOUND) if other else 0
    entry = value_lengths(card, one_entry=True)
    words = value_lengths(card) | {
        "message": USUAL_SHARE * heard,
        "topic": _mean(_filled(line, entry) for line in told.topics),
        "disclosure": _mean(len(line.text) for line in told.disclosure.levels),
    }
    answer = USUAL_SHARE * (sum(role.limits.values()) or USUAL_BOUND)
    return sum(_filled(line, words) for line in role.prompt.turn) + answer


def _filled(line: Line, values: Lengths) -> float:
    return len(line.text) + sum(values.get(name, 0) for name in names(line.text))


def _mean(lengths: Iterable[float]) -> float:
    found = list(lengths)
    return sum(found) / len(found) if found else 0.0


def _length(schema: dict[str, Any], one_entry: bool) -> float:
    if schema["type"] == "array":
        entries: int = 1 if one_entry else schema.get("maxItems", USUAL_ENTRIES)
        return entries * (_length(schema["items"], one_entry) + len("; "))
    if schema["type"] != "string":
        return _NUMBER
    if schema.get("enum"):
        return max(map(len, schema["enum"]))
    bound: int = schema.get("maxLength", USUAL_BOUND)
    return USUAL_SHARE * bound
