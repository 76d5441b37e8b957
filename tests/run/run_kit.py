"""A small run on a scripted model, with replies that pass every guard and judges of arithmetic."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripted import Answer, Asked, Script, Scripted

from kakoc.emit import prose_fields
from kakoc.ir import Ir, Profile
from kakoc.judging import RuleBook
from kakoc.run.cast import make_cast
from kakoc.run.context import RunContext
from kakoc.run.personas import with_prose
from kakoc.types import JudgeItem, Persona, PersonaRow, Verdict, digest

PROSE = {
    "societal_perceptions": "Around them nobody speaks about such weeks.",
    "summary": "Every evening ends at the same window.",
    "in_own_words": "I have forgotten how an easy day goes.",
}
FILLER = "abcdefghijklmnop"


class DictMemo:
    """A memo without a disk."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def recall(self, key: str) -> Any | None:
        return self.kept.get(key)

    def remember(self, key: str, value: Any) -> None:
        self.kept[key] = value


@dataclass
class ScoreJudge:
    """Scores by a function of the item; None is no verdict."""

    name: str
    score: Callable[[JudgeItem], float | None]

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        return [Verdict(judge=self.name, score=self.score(item)) for item in items]


def calm(item: JudgeItem) -> float | None:
    """Stabilization: half until the Seeker is heard, then by its distress."""
    return None if item.distress_after is None else 1 - item.distress_after / 10


def default_judges() -> list[ScoreJudge]:
    """The closer the better; nothing to choose in presence."""
    return [
        ScoreJudge("empathy", lambda item: item.care),
        ScoreJudge("presence", lambda item: 0.5),
        ScoreJudge("stabilization", calm),
    ]


def phrase(*parts: Any) -> str:
    """Four nonsense words that follow from `parts`: nothing echoes, nothing repeats."""
    key = digest([str(part) for part in parts], 16)
    letters = key.translate(str.maketrans("0123456789abcdef", FILLER))
    return " ".join(letters[start : start + 4] for start in range(0, 16, 4))


def said(message: str, **fields: Any) -> str:
    """A Seeker turn as a model writes it."""
    turn = {"thought": "Hm, well.", "distress": 6, "ready_to_close": False, **fields}
    return json.dumps({**turn, "message": message})


def fine(asked: Asked) -> str:
    """A reply that passes; it depends on the messages and on the seed."""
    words = phrase(asked.text, asked.seed)
    match asked.site.role:
        case "persona":
            return json.dumps(PROSE)
        case "seeker":
            return said(f"I carry {words} home.")
        case _:
            return f"Your {words} sounds heavy. Go on."


def instead(role: str, answer: Callable[[Asked], Answer | None]) -> Script:
    """`fine`, but `role` says what `answer` says (None: `fine` again)."""

    def script(asked: Asked) -> Answer:
        if asked.site.role == role and (given := answer(asked)) is not None:
            return given
        return fine(asked)

    return script


@dataclass
class World:
    """What every run of these tests shares."""

    ir: Ir
    build: Path
    rows: Sequence[PersonaRow]

    def persona(self, number: int = 0) -> Persona:
        row = self.rows[number]
        names = {path[-1] for path, _ in prose_fields(self.ir.persona_schema)}
        prose = {name: PROSE[name] for name in names}
        return Persona(
            id=row.id,
            city=row.city,
            problem=row.problem,
            language=row.language,
            card=with_prose(self.ir.persona_schema, row.card, prose),
            seed=0,
            attempts=1,
            model="scripted/model",
            prompt="",
        )

    def run(self, script: Script = fine, **settings: Any) -> Run:
        return Run(self, Scripted(script, settings.pop("delay", lambda asked: 0.0)), settings)


@dataclass
class Run:
    """One run: its model, its context, and the events it told."""

    world: World
    model: Scripted
    settings: dict[str, Any]
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def context(self) -> RunContext:
        given = dict(self.settings)
        ir = given.pop("ir", self.world.ir)
        judges = given.pop("judges", None) or default_judges()
        wiring = {name: given.pop(name) for name in ("at_once", "parallel_variants") & given.keys()}
        lms = dict.fromkeys(("persona", "seeker", "supporter"), self.model.lm)
        return RunContext(
            ir=ir,
            profile=profile(**given),
            seed=7,
            cast=make_cast(self.world.build, ir.project.name, lms),
            judges=judges,
            rules=RuleBook.of(ir),
            memo=DictMemo(),
            notify=lambda name, values: self.events.append((name, values)),
            **wiring,
        )


def profile(**fields: Any) -> Profile:
    return Profile(**{"name": "test", "personas": 1, "turns": 3, "min_turns": 2, **fields})


def caught(ir: Ir, rule: str) -> str:
    """An example of the spec that `rule` must catch."""
    return next(item for item in ir.rules if item.id == rule).examples.caught[0]
