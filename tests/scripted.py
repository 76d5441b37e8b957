"""A model that a test writes: replies come from a queue or from a function of what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import dspy
from dspy.lm15 import Message, Request, Response, TextPart, Usage

from kakoc.lm.wire import SUPPORTED_PARAMS, chat_body
from kakoc.ports import CALL_SITE, CallSite

MODEL = "scripted/model"


@dataclass(frozen=True)
class Asked:
    """One call as the engine sees it, and who made it."""

    site: CallSite
    messages: list[dict[str, str]]
    settings: dict[str, Any]

    @property
    def seed(self) -> int:
        return int(self.settings["seed"])

    @property
    def last(self) -> str:
        return self.messages[-1]["content"]

    @property
    def text(self) -> str:
        """All that the model is told."""
        return "\n".join(message["content"] for message in self.messages)


Answer = str | Exception
Script = Callable[[Asked], Answer]


@dataclass
class Scripted:
    """The model `lm`, and everything it was `asked`."""

    script: Script
    delay: Callable[[Asked], float] = lambda asked: 0.0
    asked: list[Asked] = field(default_factory=list)
    lm: Any = field(init=False)

    def __post_init__(self) -> None:
        engines = {"engine": _Engine(self), "async_engine": _AsyncEngine(self)}
        self.lm = dspy.LM(MODEL, cache=False, num_retries=0, **engines)

    def of(self, role: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.site.role == role]

    def answer(self, request: Request) -> tuple[Asked, Response]:
        body = chat_body(request)
        messages = body.pop("messages")
        asked = Asked(CALL_SITE.get(), messages, body)
        self.asked.append(asked)
        said = self.script(asked)
        if isinstance(said, Exception):
            raise said
        usage = Usage(input_tokens=10, output_tokens=4, cache_read_tokens=6)
        reply = Message.assistant([TextPart(said)])
        return asked, Response(
            id=None, model=request.model, message=reply, finish_reason="stop", usage=usage
        )


def queue(answers: Iterable[Answer]) -> Script:
    """Answers one after another, whatever is asked."""
    left = iter(answers)
    return lambda asked: next(left)


class _Engine:
    supports_response_schema = True
    supported_params = SUPPORTED_PARAMS

    def __init__(self, scripted: Scripted) -> None:
        self._scripted = scripted

    def complete(self, request: Request) -> Response:
        return self._scripted.answer(request)[1]


class _AsyncEngine:
    def __init__(self, scripted: Scripted) -> None:
        self._scripted = scripted

    async def complete(self, request: Request) -> Response:
        asked, response = self._scripted.answer(request)
        await asyncio.sleep(self._scripted.delay(asked))
        return response
