"""Engines for `dspy.LM` around other engines: ask the journal first, write down what was paid.

Equal calls that run at the same time are made once. Does not know what it wraps. Errors are not
written down, so the next run tries again.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kakoc.errors import BudgetError, RefusedError, StoreError
from kakoc.lm.budget import Budget, Tariff, book
from kakoc.lm.journal import Journal, JournalRow
from kakoc.lm.wire import (
    SUPPORTED_PARAMS,
    request_bytes,
    response_from_json,
    response_json,
)
from kakoc.ports import CALL_SITE, Meter
from kakoc.types import Usage, canonical

if TYPE_CHECKING:
    from dspy.lm15 import Request, Response

KEY_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as the journal knows it."""

    key: str
    """Identity of the call: the model and everything that is asked of it."""
    asked: bytes
    """The request as canonical JSON."""

    @classmethod
    def of(cls, identity: str, request: Request) -> Call:
        asked = request_bytes(request)
        # Canonical JSON of {"model": identity, "request": asked}, without writing `asked` twice.
        whole = b'{"model":%b,"request":%b}' % (canonical(identity), asked)
        return cls(hashlib.sha256(whole).hexdigest()[:KEY_LENGTH], asked)


class Desk:
    """What the plain and the awaited twin share: where a call is looked up, booked and counted."""

    def __init__(
        self,
        identity: str,
        journal: Journal | None,
        meter: Meter,
        offline: bool = False,
        sampler: Mapping[str, float] | None = None,
        budget: Budget | None = None,
        tariff: Tariff | None = None,
    ) -> None:
        self.identity = identity
        self._sampler = dict(sampler or {})
        self._journal = journal
        self._meter = meter
        self._offline = offline
        self._budget, self._tariff = budget, tariff
        self._flights = Flights()

    def complete_request(self, request: Request) -> Request:
        """`request` with the model's own sampling parameters, which DSPy cannot carry."""
        if not self._sampler:
            return request
        extensions = {**self._sampler, **(request.config.extensions or {})}
        return replace(request, config=replace(request.config, extensions=extensions))

    def enter(self, key: str) -> Future[None] | None:
        """None: this call goes on. Else an equal call is under way: wait for it, then ask again."""
        return self._flights.enter(key) if self._journal else None

    @contextmanager
    def leaving(self, key: str) -> Iterator[None]:
        try:
            yield
        finally:
            self._flights.leave(key)

    def known(self, key: str) -> Response | None:
        """The reply that the journal has."""
        row = self._journal.get(key) if self._journal else None
        if row is None:
            if self._offline:
                raise _missing(key)
            return None
        with _counting:
            self._meter.hits += 1
        return _answer(response_from_json(row.response))

    @contextmanager
    def spending(self, request: Request) -> Iterator[None]:
        """Around a call that is made and booked: set aside, while it runs, what it may use."""
        if self._budget is None:
            yield
            return
        try:
            with self._budget.spending(request, self._tariff):
                yield
        except BudgetError as error:
            raise _not_made(error) from error

    def book(self, call: Call, request: Request, response: Response, started: float) -> Response:
        """Write a fresh reply down and count it."""
        seconds = time.perf_counter() - started
        usage = _usage(response)
        with _counting:
            book(self._meter, request, usage, self._tariff)
        if self._journal:
            site, told = CALL_SITE.get(), response_json(response)
            self._journal.put(
                JournalRow(
                    *(call.key, self.identity, site, call.asked),
                    *(told, usage, round(seconds, 6)),
                )
            )
        return _answer(response)


class Flights:
    """Calls under way by key, for threads and tasks alike."""

    def __init__(self) -> None:
        self._under_way: dict[str, Future[None]] = {}
        self._lock = threading.Lock()

    def enter(self, key: str) -> Future[None] | None:
        with self._lock:
            if key in self._under_way:
                return self._under_way[key]
            self._under_way[key] = Future()
            return None

    def leave(self, key: str) -> None:
        with self._lock:
            future = self._under_way.pop(key, None)
        if future:
            future.set_result(None)


@dataclass(frozen=True, eq=False)
class JournaledEngine:
    """The engine of `dspy.LM` for plain calls."""

    inner: Any
    desk: Desk

    # DSPy reads what an engine can do from these attributes.
    supports_response_schema = True
    supported_params = SUPPORTED_PARAMS

    def complete(self, request: Request) -> Response:
        request = self.desk.complete_request(request)
        call = Call.of(self.desk.identity, request)
        while under_way := self.desk.enter(call.key):
            under_way.result()
        with self.desk.leaving(call.key):
            known = self.desk.known(call.key)
            if known is not None:
                return known
            started = time.perf_counter()
            with self.desk.spending(request):
                return self.desk.book(call, request, self.inner.complete(request), started)

    def __deepcopy__(self, memo: dict[int, Any]) -> JournaledEngine:
        return self  # DSPy copies programs with their LM; the connection is one


@dataclass(frozen=True, eq=False)
class AsyncJournaledEngine:
    """The engine of `dspy.LM` for awaited calls."""

    inner: Any
    desk: Desk

    async def complete(self, request: Request) -> Response:
        request = self.desk.complete_request(request)
        call = Call.of(self.desk.identity, request)
        while under_way := self.desk.enter(call.key):
            # Shielded: giving up on a wait must not end the call that others wait for.
            await asyncio.shield(asyncio.wrap_future(under_way))
        with self.desk.leaving(call.key):
            known = self.desk.known(call.key)
            if known is not None:
                return known
            started = time.perf_counter()
            with self.desk.spending(request):
                return self.desk.book(call, request, await self.inner.complete(request), started)

    def __deepcopy__(self, memo: dict[int, Any]) -> AsyncJournaledEngine:
        return self


_counting = threading.Lock()
"""A meter may be shared by several models."""


def _answer(response: Response) -> Response:
    """The response, or the error that DSPy passes on when the provider refused to answer."""
    from dspy.lm15 import InvalidRequestError

    if response.finish_reason != "content_filter":
        return response
    words = " ".join(getattr(part, "text", "") for part in response.message.parts).strip()
    raise InvalidRequestError("the provider refused to answer") from RefusedError(words)


def _not_made(error: BudgetError) -> Exception:
    """In DSPy's words; the cause says what it is in ours."""
    from dspy.lm15 import ConfigurationError

    told: Exception = ConfigurationError(str(error))
    return told


def _missing(key: str) -> Exception:
    from dspy.lm15 import ConfigurationError

    site = CALL_SITE.get()
    where = f"{site.role}, persona {site.persona or '-'}, turn {site.turn}"
    what = f"{where}, variant {site.variant}" if site.variant else where
    text = f"offline, and the journal does not hold this call ({what}; key {key})"
    error: Exception = ConfigurationError(text)
    error.__cause__ = StoreError(text, "run without replay to make the call")
    return error


def _usage(response: Response) -> Usage:
    usage = response.usage
    return Usage(
        prompt=usage.input_tokens or 0,
        cached=usage.cache_read_tokens or 0,
        completion=usage.output_tokens or 0,
    )
