"""Engines for `dspy.LM` through litellm, for what speaks neither llama.cpp nor OpenAI's shape.

litellm takes seconds to import and asks the network for prices when it is: it is imported by the
first call only, and told to use the prices it carries. Keeps no replies.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any

from kakoc.lm.http import Endpoint
from kakoc.lm.retry import aretrying, retrying
from kakoc.ports import Gate

if TYPE_CHECKING:
    from dspy.lm15 import Request, Response


class LitellmEngine:
    """The engine of `dspy.LM` for plain calls."""

    def __init__(self, endpoint: Endpoint) -> None:
        from dspy.clients.engines.litellm_engine import LiteLLMEngine

        _stay_offline()
        self._engine = LiteLLMEngine(**_options(endpoint))
        self._turn = threading.BoundedSemaphore(endpoint.concurrency)

    def complete(self, request: Request) -> Response:
        with self._turn:
            return retrying(lambda: self._engine.complete(request))


class AsyncLitellmEngine:
    """The engine of `dspy.LM` for awaited calls."""

    def __init__(self, endpoint: Endpoint) -> None:
        from dspy.clients.engines.litellm_engine import AsyncLiteLLMEngine

        _stay_offline()
        self._engine = AsyncLiteLLMEngine(**_options(endpoint))
        self._concurrency = endpoint.concurrency
        self._turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
        self.in_flight = 0

    @property
    def gate(self) -> Gate:
        return self

    @property
    def limit(self) -> int:
        return self._concurrency

    async def complete(self, request: Request) -> Response:
        async with self._turn():
            self.in_flight += 1
            try:
                return await aretrying(lambda: self._engine.complete(request))
            finally:
                self.in_flight -= 1

    def _turn(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        return self._turns.setdefault(loop, asyncio.Semaphore(self._concurrency))


def _stay_offline() -> None:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"


def _options(endpoint: Endpoint) -> dict[str, Any]:
    """What litellm needs to be told; dspy's engine has it make one attempt a call."""
    options = {"timeout": endpoint.timeout, "wire_model": endpoint.model}
    if endpoint.api_base:
        options["api_base"] = endpoint.api_base
    if endpoint.key or endpoint.api_base:
        # Without one litellm would take a key from the environment and send it to this address.
        options["api_key"] = endpoint.key or "none"
    return options
