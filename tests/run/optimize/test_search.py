"""What a search asks, what it counts, and how it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from optimize_kit import Found, prepared, warmly
from optimize_kit import people as world_people
from run_kit import World
from scripted import Asked

from kakoc.errors import ProviderError
from kakoc.run.optimize.recipe import Search
from kakoc.run.optimize.rollout import rollout


def nothing(given: Search) -> None:
    """A recipe that tries nothing."""


def reworded(given: Search, text: str) -> Any:
    program = given.program.deepcopy()
    predictor = program.predictors()[0]
    predictor.signature = predictor.signature.with_instructions(text)
    return program


async def test_a_case_is_asked_as_the_run_asked_it(world: World) -> None:
    def asking(asked: Asked) -> str:
        heard.append((asked.messages, asked.settings))
        return warmly(asked)

    heard: list[Any] = []
    found = await prepared(world, nothing, asking, turns=2)
    in_run = heard.copy()
    heard.clear()
    found.searching.search()
    assert heard
    assert [one for one in heard if one not in in_run] == []


async def test_what_was_answered_once_is_not_asked_again(world: World) -> None:
    def twice(given: Search) -> None:
        given.evaluate(given.program)
        given.evaluate(reworded(given, "Stay."))
        given.evaluate(reworded(given, "Stay."))

    found = await prepared(world, twice)
    found.searching.search()
    assert found.searching.watch.spent == len(found.data.dev)


async def test_a_ctrl_c_keeps_the_best_so_far(world: World) -> None:
    def interrupted(given: Search) -> None:
        given.evaluate(reworded(given, "A good reply: it is kind."))
        raise KeyboardInterrupt

    found = await prepared(world, interrupted)
    best = found.searching.search()
    assert best.number == 1
    assert found.searching.watch.ended == "interrupted"
    assert found.searching.compare(best).row("score").difference > 0


async def test_a_search_that_is_made_again_goes_the_same_way(world: World) -> None:
    from optimizers.bootstrap import search

    ways = []
    for _ in range(2):
        found = await prepared(world, search, calls=90)
        found.searching.search()
        ways.append([(c.id, c.scores) for c in found.searching.watch.finished])
    assert ways[0] == ways[1]


async def test_a_recipes_own_fault_is_not_taken_for_an_end(world: World) -> None:
    def broken(given: Search) -> None:
        raise ZeroDivisionError

    found = await prepared(world, broken)
    with pytest.raises(ZeroDivisionError):
        found.searching.search()


async def test_a_model_that_is_gone_ends_the_search(world: World) -> None:
    def gone(asked: Asked) -> Any:
        from dspy.lm15 import ServerError

        return ServerError("nobody is there") if "Stay." in asked.text else warmly(asked)

    def try_it(given: Search) -> None:
        given.evaluate(reworded(given, "Stay."))

    found = await prepared(world, try_it, gone)
    with pytest.raises(ProviderError, match="does not answer"):
        found.searching.search()


async def test_a_prompt_that_did_well_elsewhere_is_scored_on_all_dev_cases(world: World) -> None:
    def elsewhere(given: Search) -> None:
        good = reworded(given, "A good reply: it is kind.")
        for example in given.train:
            given.metric(example, given.program(case=example.case))
            given.metric(example, good(case=example.case))

    found = await prepared(world, elsewhere)
    best = found.searching.search()
    assert best.number == 1
    assert best.words["supporter"]["instructions"] == "A good reply: it is kind."


async def test_a_rollout_holds_conversations_with_both_prompts(world: World) -> None:
    def better(given: Search) -> None:
        given.evaluate(reworded(given, "A good reply: it is kind."))

    found = await prepared(world, better)
    best = found.searching.search()
    people = [person for person in world_people(world) if person.id in held_out(found)][:2]
    told = await asyncio.to_thread(
        rollout, found.context, found.searching.program, best, people, turns=3
    )
    assert told["people"] == 2
    assert told["turns_held"] == [6, 6]
    assert told["reward"]["difference"] > 0
    assert told["last_distress"]["difference"] == 0


def held_out(found: Found) -> set[str]:
    return {case.persona for case in found.data.held_out}
