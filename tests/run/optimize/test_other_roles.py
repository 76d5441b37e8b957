"""The Seeker and the persona role: asked as in a run, scored by what each is for."""

from __future__ import annotations

import json
from typing import Any

from optimize_kit import prepared, warmly
from run_kit import PROSE, World, phrase
from scripted import Asked
from test_search import nothing, reworded

from kakoc.emit import prose_fields
from kakoc.run.optimize.persona import AGAINST, BAD_FORM, PersonaTask
from kakoc.run.optimize.recipe import Search
from kakoc.run.optimize.seeker import LOST, TOO_LITTLE, TOO_MUCH, SeekerTask


def prose(world: World, **fields: str) -> dict[str, str]:
    names = {path[-1] for path, _ in prose_fields(world.ir.persona_schema)}
    return {**{name: PROSE[name] for name in names}, **fields}


async def test_a_seeker_is_asked_as_the_run_asked_it(world: World) -> None:
    def asking(asked: Asked) -> str:
        heard.append((asked.messages, asked.settings))
        return warmly(asked)

    heard: list[Any] = []
    found = await prepared(world, nothing, asking, turns=3, kind=SeekerTask)
    in_run = heard.copy()
    heard.clear()
    found.searching.search()
    assert heard
    assert [one for one in heard if one not in in_run] == []


async def test_a_seeker_is_scored_by_how_much_it_says(world: World) -> None:
    found = await prepared(world, nothing, kind=SeekerTask)
    case = max(found.data.train, key=lambda case: case.around.disclosure)
    task = found.searching.task

    def scored(text: str) -> Any:
        return task.score(case, {"message": text, "thought": "Hm."}, "")

    little, usual = scored("I know."), scored(case.label["message"])
    assert little.score < usual.score
    assert little.feedback == TOO_LITTLE
    closed = min(found.data.train, key=lambda case: case.around.disclosure)
    much = task.score(closed, {"message": "I carry it home. " * 20, "thought": "Hm."}, "")
    assert much.feedback == TOO_MUCH
    assert task.score(case, None, "echoes").feedback.startswith(LOST)


async def test_prose_is_scored_by_the_facts(world: World) -> None:
    found = await prepared(world, nothing, kind=PersonaTask)
    task, case = found.searching.task, found.data.train[0]
    fine = task.score(case, prose(world), "")
    assert fine.score == 1.0
    wrong = task.score(case, prose(world, summary="I have lived in this flat for 87 years."), "")
    assert wrong.score is not None
    assert wrong.score < 1.0
    assert AGAINST in wrong.feedback
    cut = task.score(case, prose(world, summary="Every evening ends at the"), "")
    assert BAD_FORM in cut.feedback


async def test_a_persona_prompt_can_be_searched(world: World) -> None:
    def writing(asked: Asked) -> str:
        if asked.site.role != "persona":
            return warmly(asked)
        is_whole = "whole sentences" in asked.text
        text = f"Every evening is {phrase(asked.text)}"
        return json.dumps(prose(world, summary=f"{text}." if is_whole else text))

    def better(given: Search) -> None:
        given.evaluate(reworded(given, "Write whole sentences."))

    found = await prepared(world, better, writing, kind=PersonaTask)
    best = found.searching.search()
    assert best.number == 1
    table = found.searching.compare(best)
    assert table.row("score").difference > 0
