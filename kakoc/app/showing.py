"""`show`: a role's prompt, as the spec writes it or as one call of a conversation has it.

Every line stands beside the place it was written. What a person says at a turn comes from a stored
run; without one there is the opening, and prose that no model has written yet is named as such.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.app.checking import checked
from kakoc.app.promoting import words_of
from kakoc.emit import Row, prose_fields, rows, sheet
from kakoc.emit.roles import SHAPES, instructions, visible_paths
from kakoc.emit.runtime.templates import fill, visible
from kakoc.errors import KakocError, StoreError
from kakoc.ir import Ir, Line
from kakoc.plan import sample
from kakoc.project import Project, source_files
from kakoc.run.personas import with_prose
from kakoc.run.seeker import start_of_disclosure, topics, turn_words
from kakoc.store.runs import RunFolder, find_run
from kakoc.types import Conversation, Role, Turn

__all__ = ["Prompt", "Row", "prompt_of", "prompt_sheet", "sheet_rows", "tokens"]

UNWRITTEN = "(not written yet)"
CHARS_PER_TOKEN = 4
"""English, roughly; the count is an estimate and says so."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One call: whose, after which turns, and what is answered."""

    card: dict[str, Any]
    earlier: Sequence[Turn]
    now: Turn | None
    """The turn that is asked for; None where no run has it."""
    run: str = ""
    """The run that card and turns come from; empty: the plan of the spec as it is."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt of one call."""

    rows: list[Row]
    run: str
    """The run that it was filled in from; empty: the plan of the spec as it is."""


def prompt_sheet(project: Project, role: Role) -> str:
    """The prompt of `role` by the spec as it is now, each line with its place.

    Raises:
        SpecError: the spec has errors.
    """
    return sheet(_promoted(project), role)


def sheet_rows(project: Project, role: Role) -> list[Row]:
    """The same as rows, for machines."""
    return rows(_promoted(project), role)


def prompt_of(project: Project, role: Role, persona: str, turn: int, care: float) -> Prompt:
    """The prompt of one call, in the order and with the words in which it is sent.

    Args:
        persona: id of a row of the plan, `seeker_001`.
        turn: from 1; later turns need a run that holds the conversation.
        care: the Supporter's care level.

    Raises:
        KakocError: there is no such person, turn or care level.
    """
    ir = _promoted(project)
    scene = _scene(project, ir, persona, turn)
    view = visible(scene.card, visible_paths(ir.persona_schema, role))
    spec = ir.roles[role]
    output = SHAPES[role].output
    demos = [
        row
        for number, demo in enumerate(spec.demos, start=1)
        for row in _exchange(
            f"demo {number}", demo.user, demo.assistant.get(output, demo.assistant), demo.at
        )
    ]
    found = [
        *(Row("system: instructions", text, at) for text, at in instructions(ir, role)),
        *_filled("system: facts", spec.prompt.facts, view),
        *demos,
        *_history(ir, role, view, scene),
        *_last(ir, role, view, scene, turn, care),
    ]
    return Prompt(found, scene.run)


def tokens(found: Sequence[Row]) -> dict[str, int]:
    """Estimated tokens by part of the prompt."""
    sizes: dict[str, int] = {}
    for row in found:
        # "demo 2 assistant" and "history 7 user" count as demo and history.
        part = re.split(r" \d", row.part)[0]
        sizes[part] = sizes.get(part, 0) + len(row.text)
    return {part: -(-size // CHARS_PER_TOKEN) for part, size in sizes.items()}


def _promoted(project: Project) -> Ir:
    _, ir = checked(project)
    return words_of(project, ir, source_files(project)).ir


def _scene(project: Project, ir: Ir, persona: str, turn: int) -> Scene:
    stored = _stored(project, persona)
    if stored:
        run, card, turns = stored
        if turn > len(turns):
            raise KakocError(f"{persona} has {len(turns)} turns", f"--turn 1 to {len(turns)}")
        return Scene(card, turns[: turn - 1], turns[turn - 1], run)
    if turn > 1:
        raise KakocError(f"no run holds turn {turn} of {persona}", "make one with `kakoc run`")
    return Scene(_planned(ir, persona), (), None)


def _stored(project: Project, persona: str) -> tuple[str, dict[str, Any], Sequence[Turn]] | None:
    try:
        run: RunFolder = find_run(project.artifacts, "latest")
    except StoreError:
        return None
    card = next((found.card for found in run.read("personas") if found.id == persona), None)
    held: Conversation | None = next(
        (found for found in run.read("conversations") if found.persona == persona), None
    )
    return (run.id, card, held.turns) if card and held else None


def _planned(ir: Ir, persona: str) -> dict[str, Any]:
    number = persona.removeprefix("seeker_")
    if not number.isdigit() or int(number) < 1:
        raise KakocError(f"{persona!r} is no row of a plan", "rows are called seeker_001, ...")
    row = sample(ir, int(number))[-1]
    prose = {path[-1]: UNWRITTEN for path, _ in prose_fields(ir.persona_schema)}
    return with_prose(ir.persona_schema, row.card, prose)


def _history(ir: Ir, role: Role, view: dict[str, Any], scene: Scene) -> list[Row]:
    if role == "persona":
        return []
    found = []
    for turn in scene.earlier:
        part = f"history {turn.index}"
        if role == "supporter":
            found += _exchange(part, turn.seeker.message, _reply(turn))
        else:
            told = "\n".join(row.text for row in _told(ir, view, scene, turn))
            found += _exchange(part, told, turn.seeker.model_dump())
    return found


def _last(
    ir: Ir, role: Role, view: dict[str, Any], scene: Scene, turn: int, care: float
) -> list[Row]:
    if role == "seeker":
        return _told(ir, view, scene, scene.now, turn)
    lines = ir.roles[role].prompt.turn
    if role == "persona":
        return _filled("user: turn", lines, view)
    level = next((level for level in ir.care_levels if level.value == care), None)
    if level is None:
        known = ", ".join(f"{level.value:g}" for level in ir.care_levels)
        raise KakocError(f"there is no care level {care:g}", f"levels: {known}")
    guidance = " ".join(fill([line.text], view) for line in level.guidance)
    message = scene.now.seeker.message if scene.now else "(what the Seeker says)"
    return _filled("user: turn", lines, {**view, "message": message, "care": guidance})


def _told(
    ir: Ir, view: dict[str, Any], scene: Scene, turn: Turn | None, index: int = 1
) -> list[Row]:
    """What the Seeker was told before it spoke at a turn."""
    index = turn.index if turn else index
    before = next((other for other in scene.earlier if other.index == index - 1), None)
    policy = ir.conversation
    start = start_of_disclosure(policy.disclosure, scene.card)
    disclosure = turn.disclosure if turn else start
    heard = _reply(before) if before else ""
    words = turn_words(policy, topics(policy, view), index, heard, disclosure)
    if "lines" in words:
        return _filled("user: first turn", [policy.opening], {**view, **words})
    return _filled("user: turn", ir.roles["seeker"].prompt.turn, {**view, **words})


def _reply(turn: Turn) -> str:
    return turn.chosen_variant.text if turn.chosen_variant else ""


def _filled(part: str, lines: Sequence[Line], values: dict[str, Any]) -> list[Row]:
    rows_ = [Row(part, fill([line.text], values), line.at) for line in lines]
    return [row for row in rows_ if row.text]


def _exchange(part: str, user: str, answer: Any, at: str = "") -> list[Row]:
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return [Row(f"{part} user", user, at), Row(f"{part} assistant", text, at)]
