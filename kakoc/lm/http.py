"""Engines for `dspy.LM` over any OpenAI-compatible endpoint.

One aiohttp session an event loop, with as many kept-alive connections as calls may be in flight.
The key goes to its own `api_base` and nowhere else: no redirects, no proxies, cookies or
credentials from the environment; and it is cut out of whatever comes back. Keeps no replies.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from kakoc.lm.background import background
from kakoc.lm.limit import Limit
from kakoc.lm.refusals import because, not_json, refusal
from kakoc.lm.retry import aretrying
from kakoc.lm.wire import chat_bytes, chat_response
from kakoc.ports import Gate

if TYPE_CHECKING:
    import aiohttp
    from dspy.lm15 import Request, Response

KEEP_ALIVE_SECONDS = 60.0
MOST_BYTES = 8_000_000
"""Of one reply. Many times what a model can say; a server that sends more is not heard out."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served, and with what it is asked."""

    api_base: str
    model: str
    key: str = field(default="", repr=False)
    concurrency: int = 256
    """The most calls at once; how many it bears is found out."""
    timeout: float = 120.0
    connect_timeout: float = 10.0
    first_byte_timeout: float | None = None

    @property
    def url(self) -> str:
        return f"{self.api_base.rstrip('/')}/chat/completions"

    def redacted(self, text: str) -> str:
        """`text` without the key, also where JSON wrote it with escapes."""
        if not self.key:
            return text
        text = text.replace(self.key, "[key]")
        is_escaped = "\\u" in text or "\\/" in text
        return _escaped(self.key).sub("[key]", text) if is_escaped else text


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

    @property
    def gate(self) -> Gate:
        return self

    @property
    def in_flight(self) -> int:
        return sum(line.limit.in_flight for line in [*self._lines.values()])

    @property
    def limit(self) -> int:
        """Found out while the endpoint answers; 0 before the first call."""
        return sum(line.limit.size for line in [*self._lines.values()])

    async def complete(self, request: Request) -> Response:
        body = chat_bytes(request, self._endpoint.model)
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

    key = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    return aiohttp.ClientSession(
        headers={"Content-Type": "application/json", **key},
        connector=aiohttp.TCPConnector(
            limit=endpoint.concurrency, keepalive_timeout=KEEP_ALIVE_SECONDS
        ),
        timeout=aiohttp.ClientTimeout(
            total=endpoint.timeout,
            sock_connect=endpoint.connect_timeout,
            sock_read=endpoint.first_byte_timeout,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


async def _post(session: aiohttp.ClientSession, endpoint: Endpoint, body: bytes) -> Any:
    import aiohttp

    try:
        async with session.post(endpoint.url, data=body, allow_redirects=False) as reply:
            text = endpoint.redacted(await _read(reply))
    except (aiohttp.ClientError, OSError) as error:
        _give_up(endpoint, error)
    if reply.status != 200:
        raise refusal(reply.status, text, reply.headers.get("Retry-After"))
    raw = _parsed(text)
    if raw is None:
        raise not_json(text, reply.content_type)
    return raw


def _parsed(text: str) -> Any | None:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


async def _read(reply: aiohttp.ClientResponse) -> str:
    from dspy import lm15

    data = bytearray()
    async for part in reply.content.iter_any():
        data += part
        if len(data) > MOST_BYTES:
            words = f"the reply is larger than {MOST_BYTES / 1e6:g} MB"
            raise because(words, lm15.ServerError(words, status=reply.status))
    return data.decode(errors="replace")


def _give_up(endpoint: Endpoint, error: Exception) -> NoReturn:
    """Say in words of ours what a failure of the transport is."""
    import aiohttp
    from dspy import lm15

    if isinstance(error, aiohttp.ConnectionTimeoutError):
        words = f"no connection within {endpoint.connect_timeout:g} s"
    elif isinstance(error, aiohttp.SocketTimeoutError):
        words = f"no byte within {endpoint.first_byte_timeout:g} s"
    elif isinstance(error, TimeoutError):
        words = f"no reply within {endpoint.timeout:g} s"
    else:
        told = endpoint.redacted(str(error))
        name = type(error).__name__
        words = f"the connection failed ({name})"
        raise because(words, lm15.TransportError(f"{name}: {told}"))
    raise because(words, lm15.TimeoutError(words))


@lru_cache(maxsize=16)
def _escaped(key: str) -> re.Pattern[str]:
    """The key as JSON may write it: any letter with a backslash before it, or as its code."""
    letters = (rf"\\*(?:{re.escape(one)}|u{ord(one):04x})" for one in key)
    return re.compile("".join(letters), re.IGNORECASE)
