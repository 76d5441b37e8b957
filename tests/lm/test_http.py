"""The http engine against a small server: errors, retries, the key, garbage, DSPy programs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import dspy
import pytest
from aiohttp import web
from dspy import lm15
from dspy.lm15 import Request

from kakoc.errors import ProviderError
from kakoc.lm import LmConfig, open_lm
from kakoc.lm import http as http_module
from kakoc.lm import retry as retry_module
from kakoc.lm.http import AsyncHttpEngine, Endpoint, HttpEngine
from kakoc.lm.refusals import rest_seconds
from kakoc.ports import Meter
from kakoc.types import Usage

KEY = "sk-very-secret-0123456789"
Ask = Callable[..., Request]
Completion = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch, closing: None) -> None:
    monkeypatch.setattr(retry_module, "FIRST_SECONDS", 0.01)


def engine(stub: Any, **settings: Any) -> AsyncHttpEngine:
    return AsyncHttpEngine(Endpoint(stub.base, "stub-model", **{"key": KEY, **settings}))


def failure(status: int, body: Any, **headers: str) -> web.Response:
    return web.Response(status=status, text=json.dumps(body), headers=headers)


async def test_a_reply_carries_text_and_usage(stub: Any, ask: Ask) -> None:
    reply = await engine(stub).complete(ask("hi", seed=3, temperature=0.5, stop=("END",)))
    assert (reply.text, reply.finish_reason) == ("hello", "stop")
    usage = reply.usage
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (12, 3, 8)
    body = stub.bodies[0]
    assert (body["model"], body["seed"], body["stop"]) == ("stub-model", 3, ["END"])


async def test_a_schema_goes_out_in_the_shape_of_openai(stub: Any, ask: Ask) -> None:
    schema = {"type": "object", "properties": {}}
    wanted = {"type": "json_schema", "schema": schema, "name": "card"}
    await engine(stub).complete(ask("hi", system="be brief", response_format=wanted))
    assert stub.bodies[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "card", "schema": schema, "strict": True},
    }
    assert [message["role"] for message in stub.bodies[0]["messages"]] == ["system", "user"]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
async def test_a_passing_failure_is_tried_again(stub: Any, ask: Ask, status: int) -> None:
    stub.replies = [failure(status, {"error": {"message": "busy"}}) for _ in range(2)]
    assert (await engine(stub).complete(ask("hi"))).text == "hello"
    assert len(stub.bodies) == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, lm15.InvalidRequestError),
        (401, lm15.AuthError),
        (402, lm15.BillingError),
        (404, lm15.InvalidRequestError),
        (422, lm15.InvalidRequestError),
    ],
)
async def test_a_lasting_failure_is_not(
    stub: Any, ask: Ask, status: int, kind: type[Exception]
) -> None:
    stub.replies = [failure(status, {"error": {"message": "no such thing"}})]
    with pytest.raises(kind, match="no such thing"):
        await engine(stub).complete(ask("hi"))
    assert len(stub.bodies) == 1


async def test_a_server_that_stays_down_is_given_up(stub: Any, ask: Ask) -> None:
    stub.replies = [failure(500, {"error": "broken"}) for _ in range(20)]
    with pytest.raises(lm15.ServerError, match="broken"):
        await engine(stub).complete(ask("hi"))
    assert len(stub.bodies) == retry_module.ATTEMPTS


async def test_retry_after_is_honoured(stub: Any, ask: Ask) -> None:
    stub.replies = [failure(429, {"error": {"message": "slow down"}}, **{"Retry-After": "0.4"})]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await engine(stub).complete(ask("hi"))
    assert loop.time() - started >= 0.4


async def test_a_long_rest_is_not_waited_for(stub: Any, ask: Ask) -> None:
    stub.replies = [failure(429, {"error": {"message": "tomorrow"}}, **{"Retry-After": "86400"})]
    with pytest.raises(lm15.RateLimitError) as caught:
        await engine(stub).complete(ask("hi"))
    assert caught.value.retry_after == 86400
    assert len(stub.bodies) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    assert rest_seconds("3") == 3
    in_a_minute = rest_seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=60)))
    assert in_a_minute is not None
    assert 50 < in_a_minute <= 60
    assert rest_seconds("soon") is None
    assert rest_seconds(None) is None


async def test_a_prompt_that_is_too_long_is_told_apart(stub: Any, ask: Ask) -> None:
    body = {"error": {"message": "too many tokens", "code": "context_length_exceeded"}}
    stub.replies = [failure(400, body)]
    with pytest.raises(lm15.ContextLengthError, match="too many tokens"):
        await engine(stub).complete(ask("hi"))


GARBAGE = [
    *("<html>welcome</html>", "[]", "{}", "", "null", "[" * 100_000),
    *('{"choices": []}', '{"choices": [{"message": 3}]}', '{"choices": [{"message": {}}]}'),
    '{"choices": [{"message": {"content": 3}}]}',
    '{"choices": [{"message": {"role": "user", "content": "hi"}}]}',
]


@pytest.mark.parametrize("body", GARBAGE)
async def test_garbage_is_a_server_error_and_tried_again(
    stub: Any, ask: Ask, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_module, "ATTEMPTS", 2)
    stub.replies = [web.Response(text=body) for _ in range(2)]
    with pytest.raises(lm15.ServerError, match=r"the reply is (not a chat completion|empty)"):
        await engine(stub).complete(ask("hi"))
    assert (await engine(stub).complete(ask("hi"))).text == "hello"
    assert len(stub.bodies) == 3


async def test_the_reason_holds_no_word_of_the_server(
    stub: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_module, "ATTEMPTS", 1)
    stub.replies = [failure(500, {"error": "some words"}), web.Response(text="some words")]
    reasons = []
    for _ in range(2):
        with pytest.raises(lm15.ServerError, match="some words") as caught:
            await engine(stub).complete(ask("hi"))
        reasons.append(repr(caught.value.__cause__))
    assert reasons == [
        "UnansweredError('the server answered 500')",
        "UnansweredError('the reply is not JSON')",
    ]


async def test_a_huge_reply_is_not_read_to_its_end(
    stub: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_module, "ATTEMPTS", 1)
    stub.replies = [web.Response(text="x" * (http_module.MOST_BYTES + 1))]
    with pytest.raises(lm15.ServerError, match="larger than 8 MB"):
        await engine(stub).complete(ask("hi"))


async def test_half_a_character_is_a_question_mark(
    stub: Any, ask: Ask, completion: Completion
) -> None:
    stub.replies = [web.Response(text=json.dumps(completion("so \ud83d")))]
    assert (await engine(stub).complete(ask("hi"))).text == "so ?"


async def test_a_key_with_escapes_is_cut_out_too(
    stub: Any, ask: Ask, completion: Completion
) -> None:
    key = "sk/very+secret"
    text = json.dumps(completion(f"my key is {key}"))
    stub.replies = [
        web.Response(text=text.replace(key, written))
        for written in (key, key.replace("/", "\\/"), key.replace("+", "\\u002B"))
    ]
    for _ in range(3):
        assert (await engine(stub, key=key).complete(ask("hi"))).text == "my key is [key]"


async def test_the_key_is_cut_out_of_every_error(
    stub: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"{'x' * 290} {KEY} is wrong"
    monkeypatch.setattr(retry_module, "ATTEMPTS", 1)
    stub.replies = [failure(401, {"error": {"message": said}}), web.Response(text=f"hi {KEY}")]
    for _ in range(2):
        with pytest.raises(lm15.LM15Error) as caught:
            await engine(stub).complete(ask("hi"))
        assert KEY[:8] not in str(caught.value)
        assert len(caught.value.message) < 1000


async def test_the_key_does_not_follow_a_redirect(stub: Any, other_stub: Any, ask: Ask) -> None:
    elsewhere = f"{other_stub.base}/chat/completions"
    stub.replies = [failure(307, {}, Location=elsewhere)]
    with pytest.raises(lm15.InvalidRequestError, match="redirect"):
        await engine(stub).complete(ask("hi"))
    assert stub.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert other_stub.headers == []


def test_each_entry_sends_its_own_key_only(
    stub: Any, other_stub: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    config = LmConfig("a", "http", "m", api_base=stub.base, api_key_env="FIRST_KEY")
    other = LmConfig("b", "http", "m", api_base=other_stub.base)
    for each in (config, other):
        open_lm(each, None, Meter())(ask("hi", model="http/m"))
    assert stub.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert "Authorization" not in other_stub.headers[0]


async def test_a_refusal_keeps_its_mark(completion: Completion, stub: Any, ask: Ask) -> None:
    stub.replies = [web.json_response(completion("", refusal="I cannot help with that"))]
    reply = await engine(stub).complete(ask("hi"))
    assert reply.finish_reason == "content_filter"
    assert [part.type for part in reply.message.parts] == ["refusal"]


async def test_a_server_that_is_not_there_is_a_transport_error(ask: Ask) -> None:
    nowhere = AsyncHttpEngine(Endpoint("http://127.0.0.1:9/v1", "m", key=KEY))
    with pytest.raises(lm15.TransportError):
        await nowhere.complete(ask("hi"))


async def test_a_slow_reply_is_a_timeout(
    stub: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_module, "ATTEMPTS", 2)
    stub.pause = 0.5
    with pytest.raises(lm15.TimeoutError, match=r"0\.1 s"):
        await engine(stub, timeout=0.1).complete(ask("hi"))
    assert len(stub.bodies) == 2


async def test_a_silent_server_is_told_apart(
    stub: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_module, "ATTEMPTS", 1)
    stub.pause = 0.5
    with pytest.raises(lm15.TimeoutError, match=r"no byte within 0\.1 s"):
        await engine(stub, first_byte_timeout=0.1).complete(ask("hi"))


async def test_waiting_for_a_turn_is_no_timeout(stub: Any, ask: Ask) -> None:
    stub.pause = 0.1
    lm = engine(stub, concurrency=2, timeout=0.35)
    await asyncio.gather(*(lm.complete(ask(f"hi {n}")) for n in range(10)))
    assert stub.most_at_once == 2
    assert len(stub.peers) == 2


def test_plain_calls_keep_their_connection(stub: Any, ask: Ask) -> None:
    lm = HttpEngine(engine(stub))
    assert [lm.complete(ask("hi")).text for _ in range(3)] == ["hello"] * 3
    assert len(stub.peers) == 1


def test_one_engine_serves_one_loop_after_another(stub: Any, ask: Ask) -> None:
    lm = engine(stub)
    for _ in range(2):
        assert asyncio.run(lm.complete(ask("hi"))).text == "hello"
    assert len(stub.peers) == 2


async def test_dspy_programs_run_plain_and_awaited(completion: Completion, stub: Any) -> None:
    meter = Meter()
    lm = open_lm(LmConfig("stub", "http", "m", api_base=stub.base), None, meter)
    text = "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]"
    stub.replies = [web.json_response(completion(text)) for _ in range(2)]
    program = dspy.Predict("question -> answer")
    with dspy.context(lm=lm, adapter=dspy.ChatAdapter()):
        awaited = await program.acall(question="?")
        plain = await asyncio.to_thread(program, question="?")
    assert [awaited.answer, plain.answer] == ["yes", "yes"]
    assert (meter.calls, meter.usage) == (2, Usage(prompt=24, cached=16, completion=6))


@pytest.mark.parametrize("base", [None, "", "127.0.0.1:8000", "file:///etc"])
def test_an_endpoint_without_an_address_is_refused(base: str | None) -> None:
    with pytest.raises(ProviderError, match="api_base"):
        open_lm(LmConfig("stub", "http", "m", api_base=base), None, Meter())


def test_a_key_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MISSING_KEY", raising=False)
    config = LmConfig("stub", "http", "m", api_base="http://h/v1", api_key_env="MISSING_KEY")
    with pytest.raises(ProviderError, match="MISSING_KEY"):
        open_lm(config, None, Meter())


def test_the_key_is_not_part_of_what_is_printed() -> None:
    assert KEY not in repr(Endpoint("http://h/v1", "m", key=KEY))
