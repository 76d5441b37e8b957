"""Requests as JSON bodies, replies as records."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from dspy import lm15
from dspy._vendor.lm15.serde import request_to_dict
from dspy.lm15 import Message, Request

from kakoc.lm.wire import (
    chat_body,
    chat_bytes,
    chat_response,
    request_bytes,
    response_from_json,
    response_json,
)
from kakoc.types import canonical

Ask = Callable[..., Request]
Completion = Callable[..., dict[str, Any]]


def test_a_conversation_keeps_its_order_and_roles() -> None:
    messages = (Message.user("a"), Message.assistant("b"), Message.developer("c"))
    body = chat_body(Request(model="m", messages=messages, system="s"))
    roles = [(message["role"], message["content"]) for message in body["messages"]]
    assert roles == [("system", "s"), ("user", "a"), ("assistant", "b"), ("system", "c")]


def test_only_what_was_asked_is_sent(ask: Ask) -> None:
    assert set(chat_body(ask("hi"))) == {"messages"}
    assert chat_body(ask("hi", temperature=0.0, seed=0)) == {
        "messages": [{"role": "user", "content": "hi"}],
        "temperature": 0.0,
        "seed": 0,
    }


def test_extensions_go_out_as_they_are(ask: Ask) -> None:
    assert chat_body(ask("hi", extensions={"min_p": 0.1}))["min_p"] == 0.1
    with pytest.raises(ValueError, match="messages"):
        chat_body(ask("hi", extensions={"messages": []}))


def test_json_without_a_schema(ask: Ask) -> None:
    body = chat_body(ask("hi", response_format={"type": "json_object"}))
    assert body["response_format"] == {"type": "json_object"}


def test_what_cannot_be_carried_is_refused() -> None:
    picture = Message.user([lm15.ImagePart(url="http://h/p.png")])
    with pytest.raises(lm15.UnsupportedFeatureError, match="image"):
        chat_body(Request(model="m", messages=(picture,)))
    tool = lm15.FunctionTool(name="look")
    with pytest.raises(lm15.UnsupportedFeatureError, match="tools"):
        chat_body(Request(model="m", messages=(Message.user("hi"),), tools=(tool,)))


ASKED = [
    Request(model="m", messages=(Message.user("hi"),)),
    Request(
        model="m",
        messages=(Message.user("Grüezi “"), Message.assistant("b"), Message.developer("c")),
        system="s",
        config=lm15.Config(seed=3, stop=("\n",), extensions={"zeta": 1, "alpha": [2]}),
    ),
    Request(model="m", messages=(Message.user(["a", "b"]),), system=[lm15.TextPart("s")]),
]


@pytest.mark.parametrize("request_", ASKED)
def test_bytes_are_the_json_of_the_whole(request_: Request) -> None:
    whole = request_to_dict(request_)
    del whole["model"]
    assert request_bytes(request_) == canonical(whole)
    assert json.loads(chat_bytes(request_, "name")) == {"model": "name", **chat_body(request_)}


def test_a_message_without_a_hash_has_bytes_too() -> None:
    call = lm15.ToolCallPart(id="1", name="look", input={"where": ["here"]})
    asked = Request(model="m", messages=(Message.user("hi"), Message.assistant([call])))
    assert b'"where":["here"]' in request_bytes(asked)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("eos_token", "stop"),
        (None, "stop"),
    ],
)
def test_finish_reasons(completion: Completion, said: str | None, means: str) -> None:
    raw = completion("hello")
    raw["choices"][0]["finish_reason"] = said
    assert chat_response(raw, "m").finish_reason == means


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": "12"}, {"prompt_tokens": -1}, 7])
def test_strange_usage_counts_as_unknown(completion: Completion, usage: Any) -> None:
    reply = chat_response({**completion("hello"), "usage": usage}, "m")
    assert (reply.text, reply.usage.input_tokens) == ("hello", None)


def test_an_empty_reply_is_a_reply(completion: Completion) -> None:
    assert chat_response(completion(""), "m").text == ""


@pytest.mark.parametrize("message", [{}, {"refusal": "no"}])
def test_a_reply_survives_the_journal(completion: Completion, message: dict[str, Any]) -> None:
    reply = chat_response(completion("hello", **message), "m")
    assert response_from_json(response_json(reply)) == reply
