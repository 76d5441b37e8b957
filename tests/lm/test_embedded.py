"""The embedded engine with the real SmolLM2: text, grammar, prompt reuse, determinism, DSPy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import dspy
import pytest
from dspy.lm15 import Request
from pydantic import BaseModel, Field

from kakoc.lm import LmConfig, close_all, open_lm
from kakoc.ports import CALL_SITE, CallSite, Meter

pytestmark = pytest.mark.real_model

CONFIG = LmConfig("default", "embedded", "smollm2-135m", slots=2, context=1024)
FACTS = "You answer a friend who had a long day. You are brief and kind. " * 8
Ask = Callable[..., Request]


@pytest.fixture(scope="module")
def lm() -> Iterator[dspy.LM]:
    yield open_lm(CONFIG, None, Meter())
    close_all()


def at(persona: str) -> Any:
    return CALL_SITE.set(CallSite("supporter", persona))


def test_text_and_usage(lm: dspy.LM, ask: Ask) -> None:
    reply = lm(ask("Say hello.", model=lm.model, max_tokens=12, seed=1))
    assert reply.text
    assert reply.usage.input_tokens > 0
    assert 0 < reply.usage.output_tokens <= 12


def test_a_grammar_holds(lm: dspy.LM, ask: Ask) -> None:
    schema = {
        "type": "object",
        "properties": {
            "mood": {"enum": ["calm", "sad"]},
            "distress": {"type": "integer", "minimum": 0, "maximum": 10},
        },
        "required": ["mood", "distress"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "schema": schema}
    reply = lm(ask("How are you?", model=lm.model, response_format=wanted, max_tokens=40, seed=1))
    card = json.loads(reply.text)
    assert card["mood"] in ("calm", "sad")
    assert 0 <= card["distress"] <= 10


def test_a_schema_without_a_grammar_is_an_invalid_request(lm: dspy.LM, ask: Ask) -> None:
    wanted = {"type": "json_schema", "schema": {"type": "nothing"}}
    with pytest.raises(dspy.LMInvalidRequestError, match="schema"):
        lm(ask("hi", model=lm.model, response_format=wanted))


def test_the_second_call_of_a_lane_reuses_its_prompt(lm: dspy.LM, ask: Ask) -> None:
    cached = []
    for persona in ("first", "second", "third", "first", "second", "third"):
        token = at(persona)
        request = ask(f"I am {persona}.", model=lm.model, system=FACTS + persona, max_tokens=4)
        cached.append(lm(request).usage.cache_read_tokens)
        CALL_SITE.reset(token)
    # Three lanes in two slots: a lane that lost its slot finds its prompt again.
    assert min(cached[3:]) > 100


async def test_lanes_run_side_by_side(lm: dspy.LM, ask: Ask) -> None:
    async def talk(persona: str) -> list[str]:
        at(persona)
        request = ask(f"I am {persona}.", model=lm.model, max_tokens=6)
        return [(await lm.acall(request)).text for _ in range(2)]

    texts = await asyncio.gather(*(talk(f"seeker {number}") for number in range(4)))
    assert [len(each) for each in texts] == [2, 2, 2, 2]
    assert all(text for each in texts for text in each)


def test_a_prompt_longer_than_a_slot_is_refused(lm: dspy.LM, ask: Ask) -> None:
    with pytest.raises(dspy.ContextWindowExceededError, match=r"more than the 1024"):
        lm(ask("word " * 2000, model=lm.model))


def test_deterministic_gives_the_same_text_twice(ask: Ask) -> None:
    config = LmConfig("same", "embedded", "smollm2-135m", context=512, deterministic=True)
    lm = open_lm(config, None, Meter())
    request = ask("Tell me of your day.", model=lm.model, seed=7, temperature=1.0, max_tokens=24)
    other = ask("Something else in between.", model=lm.model, seed=8, max_tokens=8)
    first, between, second = lm(request), lm(other), lm(request)
    assert first.text == second.text != between.text
    assert second.usage.cache_read_tokens == 0


class Feeling(BaseModel):
    mood: Literal["calm", "tense"]
    distress: int = Field(ge=0, le=10)


async def test_dspy_programs_run_plain_and_awaited(lm: dspy.LM) -> None:
    signature = dspy.make_signature(
        {"message": (str, dspy.InputField()), "feeling": (Feeling, dspy.OutputField())},
        instructions="Judge the feeling.",
    )
    program = dspy.Predict(signature, max_tokens=60, seed=1)
    with dspy.context(lm=lm, adapter=dspy.JSONAdapter()):
        awaited = await program.acall(message="I slept well.")
        plain = await asyncio.to_thread(program, message="I did not sleep.")
    for prediction in (awaited, plain):
        assert prediction.feeling.mood in ("calm", "tense")
        assert 0 <= prediction.feeling.distress <= 10
