"""Engines for `dspy.LM` over any OpenAI-compatible endpoint.

One aiohttp session an event loop, with as many kept-alive connections as calls may be in flight.
The key goes to its own `api_base` and nowhere else: no redirects, no proxies, cookies or
credentials from the environment; and it is cut out of whatever comes back. Keeps no replies.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kakoc.lm.background import background
from kakoc.lm.limit import Limit
from kakoc.lm.refusals import not_json, refusal
from kakoc.lm.retry import aretrying
from kakoc.lm.wire import chat_body, chat_response

if TYPE_CHECKING:
    import aiohttp
    from dspy.lm15 import Request, Response

KEEP_ALIVE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served, and with what it is asked."""

    api_base: str
    model: str
    key: str = field(default="", repr=False)
    concurrency: int = 64
    """The most calls at once; how many it bears is found out."""
    timeout: float = 120.0

    @property
    def url(self) -> str:
        return f"{self.api_base.rstrip('/')}/chat/completions"

    def redacted(self, text: str) -> str:
        """`text` without the key."""
        return text.replace(self.key, "[key]") if self.key else text


@dataclass(frozen=True, slots=True)
class Line:
    """What one event loop talks through."""

    session: aiohttp.ClientSession
    limit: Limit
    """Asked before the clock of a call starts, so that waiting for a turn is no timeout."""
    life: AsyncGenerator[aiohttp.ClientSession, None]


class AsyncHttpEngine:
    """The engine of `dspy.LM` for awaited calls."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lines: dict[asyncio.AbstractEventLoop, Line] = {}

    async def complete(self, request: Request) -> Response:
        body = {"model": self._endpoint.model, **chat_body(request)}
        line = await self._line()

        async def attempt() -> Response:
            # One turn an attempt: a call that rests holds up nobody.
            async with line.limit.turn():
                raw = await _post(line.session, self._endpoint, body)
            return chat_response(raw, request.model)

        return await aretrying(attempt)

    async def _line(self) -> Line:
        loop = asyncio.get_running_loop()
        if loop not in self._lines:
            life = self._session(loop)
            session = await anext(life)  # does not suspend: no other task comes in between
            self._lines[loop] = Line(session, Limit(self._endpoint.concurrency), life)
        return self._lines[loop]

    async def _session(
        self, loop: asyncio.AbstractEventLoop
    ) -> AsyncGenerator[aiohttp.ClientSession, None]:
        # asyncio.run ends the async generators of its loop, and so this session with its loop.
        async with _open_session(self._endpoint) as session:
            try:
                yield session
            finally:
                del self._lines[loop]


class HttpEngine:
    """The engine of `dspy.LM` for plain calls: the awaited one, on a loop in the background."""

    def __init__(self, engine: AsyncHttpEngine) -> None:
        self._engine = engine

    def complete(self, request: Request) -> Response:
        return background().run(self._engine.complete(request))


def _open_session(endpoint: Endpoint) -> aiohttp.ClientSession:
    import aiohttp

    return aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {},
        connector=aiohttp.TCPConnector(
            limit=endpoint.concurrency, keepalive_timeout=KEEP_ALIVE_SECONDS
        ),
        timeout=aiohttp.ClientTimeout(total=endpoint.timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


async def _post(session: aiohttp.ClientSession, endpoint: Endpoint, body: dict[str, Any]) -> Any:
    import aiohttp
    from dspy import lm15

    try:
        async with session.post(endpoint.url, json=body, allow_redirects=False) as reply:
            text = endpoint.redacted((await reply.read()).decode(errors="replace"))
    except TimeoutError as error:
        raise lm15.TimeoutError(f"no reply within {endpoint.timeout:g} s") from error
    except (aiohttp.ClientError, OSError) as error:
        raise lm15.TransportError(
            f"{type(error).__name__}: {endpoint.redacted(str(error))}"
        ) from error
    if reply.status != 200:
        raise refusal(reply.status, text, reply.headers.get("Retry-After"))
    try:
        return json.loads(text)
    except ValueError as error:
        raise not_json(text) from error
