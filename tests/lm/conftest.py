"""Helpers of the tests of `kakoc.lm`: an engine that is a queue, and requests."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dspy
import pytest
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

    def make(
        text: str, model: str = MODEL, system: str | None = None, **config: Any
    ) -> Request:
        messages = (Message.user(text),)
        return Request(model=model, messages=messages, system=system, config=Config(**config))

    return make


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
