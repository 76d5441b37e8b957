"""Sound personas and conversations of the spec, ways to change them, and what the linter says."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from kakoc.emit import prose_fields
from kakoc.ir import Ir
from kakoc.lint.finding import Finding
from kakoc.lint.ground import Ground
from kakoc.lint.linter import Linted, lint
from kakoc.plan import sample
from kakoc.run.personas import with_prose
from kakoc.types import Conversation, Persona, PersonaRow, SeekerTurn, Turn, Variant, digest

PROSE = {
    "societal_perceptions": "Around them nobody speaks about such weeks.",
    "summary": "Every evening ends at the same window.",
    "in_own_words": "I have forgotten how an easy day goes.",
}
LEVELS = (0.2, 0.5, 0.8)
FILLER = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def cast(ir: Ir, count: int) -> list[Persona]:
    """The first people of the plan, with prose that says nothing wrong."""
    return [sound(ir, row) for row in sample(ir, count)]


def sound(ir: Ir, row: PersonaRow) -> Persona:
    prose = {path[-1]: PROSE[path[-1]] for path, _ in prose_fields(ir.persona_schema)}
    return Persona(
        id=row.id,
        city=row.city,
        problem=row.problem,
        language=row.language,
        card=with_prose(ir.persona_schema, row.card, prose),
        seed=0,
        attempts=1,
        model="scripted/model",
        prompt="",
    )


def but(persona: Persona, changes: dict[str, Any], **fields: Any) -> Persona:
    """A copy with other values at dotted paths of its card; a number is a place in a list."""
    card = copy.deepcopy(persona.card)
    for path, value in changes.items():
        *parents, leaf = (int(name) if name.isdecimal() else name for name in path.split("."))
        target: Any = card
        for name in parents:
            target = target[name]
        target[leaf] = value
    return persona.model_copy(update={"card": card, **fields})


def without(persona: Persona, path: str) -> Persona:
    """A copy whose card lacks a field."""
    *parents, leaf = path.split(".")
    card = copy.deepcopy(persona.card)
    target = card
    for name in parents:
        target = target[name]
    del target[leaf]
    return persona.model_copy(update={"card": card})


def phrase(*parts: Any) -> str:
    """Nonsense words that follow from `parts`: nothing repeats, nothing is a fact."""
    letters = digest([str(part) for part in parts], 32).translate(FILLER)
    return " ".join(letters[start : start + 4] for start in range(0, 32, 4))


def seeker(message: str, thought: str = "", distress: int = 6) -> SeekerTurn:
    return SeekerTurn(thought=thought, message=message, distress=distress, ready_to_close=False)


def reply(care: float, text: str, **fields: Any) -> Variant:
    given = {"status": "ok", "seed": 0, "attempts": 1, "model": "scripted/model", "prompt": ""}
    return Variant(care=care, text=text, **{**given, **fields})


def turn(index: int, said: SeekerTurn, variants: Iterable[Variant], chosen: float | None) -> Turn:
    return Turn(
        index=index,
        seeker=said,
        disclosure=0.5,
        seed=0,
        attempts=1,
        model="scripted/model",
        prompt="",
        variants=tuple(variants),
        chosen=chosen,
    )


def talk(persona: Persona, turns: int = 3, **fields: Any) -> Conversation:
    """A conversation of nonsense: all levels in each turn, each going on once in three turns."""
    rows = [sound_turn(persona.id, number) for number in range(1, turns + 1)]
    given = {"id": f"{persona.id}-c1", "status": "ok", "ended": "turns", "turns": tuple(rows)}
    known = {"persona": persona.id, "city": persona.city, "language": persona.language}
    return Conversation(**{**known, **given, **fields})


def sound_turn(who: str, number: int) -> Turn:
    told = f"{phrase(who, number, 'said')}."
    thought = f"{phrase(who, number, 'thought')}."
    replies = [reply(care, f"{phrase(who, number, care)}.", **judged(care)) for care in LEVELS]
    return turn(number, seeker(told, thought), replies, LEVELS[number % len(LEVELS)])


def judged(score: float) -> dict[str, Any]:
    return {"verdicts": {"empathy": {"judge": "empathy", "score": score}}}


def altered(conversation: Conversation, number: int, **fields: Any) -> Conversation:
    """A copy with other fields in one of its turns, counted from 0."""
    turns = list(conversation.turns)
    turns[number] = turns[number].model_copy(update=fields)
    return conversation.model_copy(update={"turns": tuple(turns)})


def saying(conversation: Conversation, number: int, message: str, **fields: Any) -> Conversation:
    """A copy whose Seeker says something else in one turn."""
    return altered(conversation, number, seeker=seeker(message, **fields))


def replying(conversation: Conversation, number: int, text: str, care: float = 0.5) -> Conversation:
    """A copy with another reply at one care level."""
    variants = tuple(
        variant.model_copy(update={"text": text}) if variant.care == care else variant
        for variant in conversation.turns[number].variants
    )
    return altered(conversation, number, variants=variants)


def linted(
    ir: Ir,
    personas: Sequence[Persona],
    talks: Sequence[Conversation] | None = None,
    **ground: Any,
) -> Linted:
    """What is found; everybody has a sound conversation unless `talks` says otherwise."""
    held = [talk(persona) for persona in personas] if talks is None else talks
    return lint(Ground(ir, **ground), personas, held)


def codes(found: Linted) -> set[str]:
    return {finding.code for finding in found.findings}


def only(found: Linted) -> Finding:
    """The one finding there is."""
    assert len(found.findings) == 1, [finding.as_json() for finding in found.findings]
    return found.findings[0]
