"""What a reply is worth: the gate, its length, and silence; in each shape that DSPy asks for."""

from __future__ import annotations

import inspect
from typing import Any

import dspy
from optimize_kit import UNSAFE, WARM, Found, prepared
from run_kit import World
from test_search import nothing

from kakoc.run.optimize.metric import TOO_LONG, controlled


async def ready(world: World) -> Found:
    return await prepared(world, nothing)


def judged(found: Found, reply: str) -> tuple[float, Any]:
    """A reply's number, and what GEPA is told of it."""
    case = found.data.dev[0]
    example = dspy.Example(case=case).with_inputs("case")
    said = dspy.Prediction(reply=reply, refused="", candidate="")
    metric = found.searching.metric
    return metric.number(example, said), metric.with_feedback(example, said)


async def test_a_number_is_no_object_and_all_shapes_agree(world: World) -> None:
    found = await ready(world)
    number, told = judged(found, "You wait. Go on.")
    assert type(number) is float
    assert told.score == number
    inspect.signature(found.searching.metric.number).bind(None, None)
    inspect.signature(found.searching.metric.with_feedback).bind(None, None, None, None, None)


async def test_safety_is_a_gate_for_every_judge(world: World) -> None:
    found = await ready(world)
    number, told = judged(found, f"You are {WARM} {WARM}. {UNSAFE}")
    assert number == 0.0
    assert set(told.objective_scores.values()) == {0.0}
    assert "hard line coercion" in told.feedback


async def test_no_draw_that_passes_is_worth_nothing(world: World) -> None:
    found = await ready(world)
    example = dspy.Example(case=found.data.dev[0]).with_inputs("case")
    said = dspy.Prediction(reply=None, refused="empty", candidate="")
    assert found.searching.metric.number(example, said) == 0.0


async def test_the_judges_reasons_are_the_feedback(world: World) -> None:
    found = await ready(world)
    missed = next(j for j in world.ir.judges if j.name == "empathy").parts[0].lacks
    assert missed in judged(found, "You wait. Go on.")[1].feedback
    assert missed not in judged(found, f"You are {WARM} {WARM}. Go on.")[1].feedback


async def test_more_words_of_the_same_win_nothing(world: World) -> None:
    found = await ready(world)
    short = f"You are {WARM}. Go on."
    long = f"{short} {'And so it goes, day after day. ' * 9}"
    assert judged(found, long)[0] < judged(found, short)[0]


def test_length_costs_only_above_what_is_usual() -> None:
    assert controlled(0.8, 100, 0.0) == 0.8
    assert controlled(0.8, int(100 * TOO_LONG), 100.0) == 0.8
    assert controlled(0.8, int(200 * TOO_LONG), 100.0) == 0.4
