"""The short way to an engine asks for what DSPy's own way would ask for."""

from __future__ import annotations

from typing import Any

import dspy
import pytest
from dspy.clients.execution import _canonical, prepare
from dspy.lm15 import Message, Request, Response, TextPart, Usage
from dspy.utils.exceptions import LMServerError

from kakoc.lm.direct import DirectLM, plain_request

HISTORY = [
    {"role": "system", "content": "Stay.\n\nIt is 1958."},
    {"role": "user", "content": "Nobody came, André."},
    {"role": "assistant", "content": "“Nobody” is a heavy word."},
    {"role": "user", "content": "It is."},
]
GRAMMAR = {
    "type": "json_schema",
    "json_schema": {"name": "turn", "strict": True, "schema": {"type": "object"}},
}


class Engine:
    """Answers with its name and keeps what it was asked."""

    supports_response_schema = True
    supported_params = frozenset({"response_format"})

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def complete(self, request: Request) -> Response:
        self.asked.append(request)
        return _reply(request)


class PlainEngine:
    def complete(self, request: Request) -> Response:
        return _reply(request)


class BrokenEngine(Engine):
    async def complete(self, request: Request) -> Response:
        raise dspy.lm15.ServerError("on fire", status=500)


def _reply(request: Request) -> Response:
    message = Message.assistant([TextPart("here")])
    return Response(
        id=None, model=request.model, message=message, finish_reason="stop", usage=Usage()
    )


def model(engine: Any) -> DirectLM:
    return DirectLM("http/stub", PlainEngine(), engine)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"temperature": 1, "top_p": 0.9, "max_tokens": 200, "seed": 7},
        {"stop": ["\n"], "top_k": 4, "frequency_penalty": 0.2, "presence_penalty": None},
        {"response_format": GRAMMAR, "max_tokens": 400},
        {"rollout_id": 3, "temperature": 0.7, "cache": False},
    ],
)
@pytest.mark.parametrize("messages", [HISTORY, HISTORY[1:], HISTORY[:2]])
def test_both_ways_ask_for_the_same(
    messages: list[dict[str, str]], options: dict[str, Any]
) -> None:
    lm = model(Engine())
    short = plain_request(lm.model, messages, {**lm.kwargs, **options})
    assert short is not None
    assert short == _canonical(prepare(lm, None, messages, options))


@pytest.mark.parametrize(
    ("messages", "options"),
    [
        (HISTORY, {"n": 2}),
        (HISTORY, {"logprobs": True}),
        (HISTORY, {"response_format": {"type": "json_object"}}),
        ([{"role": "user", "content": [{"type": "text", "text": "hello"}]}], {}),
        ([{"role": "tool", "content": "7", "tool_call_id": "a"}], {}),
        ([{"role": "user", "content": "hello", "name": "ana"}], {}),
        (HISTORY[:1], {}),
        ([*HISTORY, HISTORY[0]], {}),
    ],
)
def test_what_is_more_than_plain_text_goes_the_long_way(
    messages: list[dict[str, Any]], options: dict[str, Any]
) -> None:
    assert plain_request("http/stub", messages, options) is None


@pytest.mark.filterwarnings("ignore:Passing OpenAI-style")
async def test_both_ways_answer_the_same() -> None:
    engine = Engine()
    lm = model(engine)
    with dspy.context(disable_history=True):
        short = await lm.acall(messages=HISTORY, seed=3)
    with dspy.context(disable_history=False):
        long = await lm.acall(messages=HISTORY, seed=3)
    assert short == long == ["here"]
    assert engine.asked[0] == engine.asked[1]
    assert len(lm.history) == 1  # the long way remembers


@pytest.mark.filterwarnings("ignore:Passing OpenAI-style")
async def test_an_engines_error_is_dspys_on_both_ways() -> None:
    lm = model(BrokenEngine())
    for settings in ({"disable_history": True}, {"disable_history": False}):
        with dspy.context(**settings), pytest.raises(LMServerError, match="on fire"):
            await lm.acall(messages=HISTORY)


@pytest.mark.filterwarnings("ignore:Passing OpenAI-style")
async def test_a_copy_with_another_engine_asks_that_one() -> None:
    first, second = Engine(), Engine()
    copied = model(first).copy(engine=PlainEngine(), async_engine=second)
    with dspy.context(disable_history=True):
        assert await copied.acall(messages=HISTORY) == ["here"]
    assert (len(first.asked), len(second.asked)) == (0, 1)
