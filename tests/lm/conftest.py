"""Helpers of the tests of `kakoc.lm`: an engine that is a queue, a small server, requests."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dspy
import pytest
from aiohttp import web
from dspy.lm15 import Config, Message, Request, Response, TextPart, Usage

from kakoc.lm import close_all

MODEL = "scripted/model"


class ScriptedEngine:
    """Answers `reply 0`, `reply 1`, ...; raises what `failures` holds, first to last."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.failures: list[Exception] = []
        self.gate = threading.Event()
        self.gate.set()
        self._numbers = itertools.count()

    def complete(self, request: Request) -> Response:
        self.asked.append(request)
        self.gate.wait(5)
        if self.failures:
            raise self.failures.pop(0)
        return reply(f"reply {next(self._numbers)}", request.model)


def reply(text: str, model: str = MODEL) -> Response:
    usage = Usage(input_tokens=10, output_tokens=4, cache_read_tokens=6)
    message = Message.assistant([TextPart(text)])
    return Response(id=None, model=model, message=message, finish_reason="stop", usage=usage)


@pytest.fixture
def ask() -> Callable[..., Request]:
    """Makes a request: `ask("hello", seed=1)`."""

    def make(text: str, model: str = MODEL, system: str | None = None, **config: Any) -> Request:
        messages = (Message.user(text),)
        return Request(model=model, messages=messages, system=system, config=Config(**config))

    return make


@pytest.fixture
def completion() -> Callable[..., dict[str, Any]]:
    """Makes the body of a chat completion: `completion("hello")`."""
    return completion_body


def completion_body(text: str, **message: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    return {
        "id": "c1",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
        "usage": {**usage, "prompt_tokens_details": {"cached_tokens": 8}},
    }


class StubServer:
    """Answers with `replies`, first to last, and then `hello`; remembers what it was asked."""

    def __init__(self) -> None:
        self.replies: list[web.Response] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.peers: set[Any] = set()
        self.most_at_once = 0
        self.pause = 0.0
        self.base = ""
        self._now = 0

    async def answer(self, request: web.Request) -> web.Response:
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        self.headers.append(request.headers)
        self.bodies.append(await request.json())
        await asyncio.sleep(self.pause)
        self._now -= 1
        return self.replies.pop(0) if self.replies else web.json_response(completion_body("hello"))


@pytest.fixture
def stub() -> Iterator[StubServer]:
    yield from serve()


@pytest.fixture
def other_stub() -> Iterator[StubServer]:
    yield from serve()


def serve() -> Iterator[StubServer]:
    stub, loop = StubServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", stub.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result()
    host, port = runner.addresses[0][:2]
    stub.base = f"http://{host}:{port}/v1"
    yield stub
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def scripted() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty user cache."""
    monkeypatch.setenv("KAKOC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kakoc"


@pytest.fixture
def closing() -> Iterator[None]:
    """Stops local models and connections after the test."""
    yield
    close_all()


@pytest.fixture(autouse=True)
def quiet_dspy() -> Iterator[None]:
    with dspy.context(disable_history=True):
        yield
