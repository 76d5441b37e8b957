"""Engines behind the journal: hits, misses, single flight, counting, offline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dspy
import pytest
from dspy.lm15 import Request, Response, ServerError

from kakoc.errors import StoreError
from kakoc.lm import Journal
from kakoc.lm.journaled import AsyncJournaledEngine, Call, Desk, JournaledEngine
from kakoc.ports import CALL_SITE, CallSite, Meter
from kakoc.types import Usage

IDENTITY = "scripted/model@1"
Ask = Callable[..., Request]


class AsyncScripted:
    """The scripted engine for awaited calls; each takes a moment."""

    def __init__(self, scripted: Any) -> None:
        self._scripted = scripted

    async def complete(self, request: Request) -> Response:
        await asyncio.sleep(0.05)
        response: Response = self._scripted.complete(request)
        return response


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "j.sqlite") as journal:
        yield journal


def engine(scripted: Any, journal: Journal | None, **desk: Any) -> JournaledEngine:
    settings = {"meter": Meter(), "identity": IDENTITY, **desk}
    return JournaledEngine(scripted, Desk(journal=journal, **settings))


def test_a_second_equal_call_is_answered_by_the_journal(
    scripted: Any, journal: Journal, ask: Ask
) -> None:
    meter = Meter()
    lm = engine(scripted, journal, meter=meter)
    first, second = lm.complete(ask("hello", seed=1)), lm.complete(ask("hello", seed=1))
    assert first == second
    assert len(scripted.asked) == 1
    assert (meter.calls, meter.hits) == (1, 1)
    assert meter.usage == Usage(prompt=10, cached=6, completion=4)


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 2},
        {"temperature": 0.5},
        {"system": "be kind"},
        {"response_format": {"type": "json_object"}},
        {"extensions": {"repeat_penalty": 1.1}},
    ],
)
def test_whatever_is_asked_belongs_to_the_key(ask: Ask, changed: dict[str, Any]) -> None:
    assert (
        Call.of(IDENTITY, ask("hello", seed=1)).key
        != Call.of(IDENTITY, ask("hello", **{"seed": 1, **changed})).key
    )


def test_the_key_depends_on_the_identity_and_not_on_the_name(ask: Ask) -> None:
    request = ask("hello")
    assert Call.of("a", request).key != Call.of("b", request).key
    assert Call.of("a", request).key == Call.of("a", ask("hello", model="another/name")).key


def test_a_row_says_where_in_a_run_it_belongs(scripted: Any, journal: Journal, ask: Ask) -> None:
    site = CallSite("supporter", "seeker_007", 2, "0.8")
    token = CALL_SITE.set(site)
    engine(scripted, journal).complete(ask("hello"))
    CALL_SITE.reset(token)
    row = journal.get(Call.of(IDENTITY, ask("hello")).key)
    assert row is not None
    assert (row.site, row.identity, row.usage.cached) == (site, IDENTITY, 6)


def test_an_error_is_not_written_down(scripted: Any, journal: Journal, ask: Ask) -> None:
    meter = Meter()
    lm = engine(scripted, journal, meter=meter)
    scripted.failures = [ServerError("down")]
    with pytest.raises(ServerError):
        lm.complete(ask("hello"))
    assert lm.complete(ask("hello")).text == "reply 0"
    assert (meter.calls, meter.hits) == (1, 0)


def test_without_a_journal_every_call_is_made_and_counted(scripted: Any, ask: Ask) -> None:
    meter = Meter()
    lm = engine(scripted, None, meter=meter)
    assert [lm.complete(ask("hello")).text for _ in range(2)] == ["reply 0", "reply 1"]
    assert (meter.calls, meter.hits) == (2, 0)


def test_equal_calls_of_several_threads_are_made_once(
    scripted: Any, journal: Journal, ask: Ask
) -> None:
    lm = engine(scripted, journal)
    scripted.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(lm.complete, ask("hello")) for _ in range(8)]
        scripted.gate.set()
        texts = {future.result().text for future in futures}
    assert texts == {"reply 0"}
    assert len(scripted.asked) == 1


async def test_equal_calls_of_several_tasks_are_made_once(
    scripted: Any, journal: Journal, ask: Ask
) -> None:
    lm = AsyncJournaledEngine(AsyncScripted(scripted), Desk(IDENTITY, journal, Meter()))
    replies = await asyncio.gather(*(lm.complete(ask("hello")) for _ in range(8)))
    assert {reply.text for reply in replies} == {"reply 0"}
    assert len(scripted.asked) == 1


async def test_a_task_that_gives_up_does_not_take_the_others_along(
    scripted: Any, journal: Journal, ask: Ask
) -> None:
    lm = AsyncJournaledEngine(AsyncScripted(scripted), Desk(IDENTITY, journal, Meter()))
    tasks = [asyncio.create_task(lm.complete(ask("hello"))) for _ in range(4)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()  # the one that makes the call
    tasks[1].cancel()  # one that waits for it
    replies = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(reply, asyncio.CancelledError) for reply in replies[:2]] == [True, True]
    assert [reply.text for reply in replies[2:]] == ["reply 0", "reply 0"]


def test_when_the_first_of_equal_calls_fails_the_next_one_tries(
    scripted: Any, journal: Journal, ask: Ask
) -> None:
    lm = engine(scripted, journal)
    scripted.failures = [ServerError("down")]
    scripted.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(lm.complete, ask("hello")) for _ in range(2)]
        scripted.gate.set()
        outcomes = [future.exception() or future.result().text for future in futures]
    assert sorted(str(outcome) for outcome in outcomes) == ["down", "reply 0"]


def test_offline_a_known_call_is_answered_and_another_one_named(
    scripted: Any, journal: Journal, ask: Ask
) -> None:
    engine(scripted, journal).complete(ask("hello"))
    offline = engine(None, journal, offline=True)
    assert offline.complete(ask("hello")).text == "reply 0"
    token = CALL_SITE.set(CallSite("seeker", "seeker_002", 5))
    lm = dspy.LM("scripted/model", engine=offline, cache=False, num_retries=0)
    with pytest.raises(dspy.LMError, match="seeker, persona seeker_002, turn 5") as caught:
        lm(ask("unknown"))
    CALL_SITE.reset(token)
    assert Call.of(IDENTITY, ask("unknown")).key in str(caught.value)
    assert caught.value.__cause__ is not None
    assert isinstance(caught.value.__cause__.__cause__, StoreError)


def test_a_copied_program_keeps_the_same_engine(scripted: Any, journal: Journal) -> None:
    lm = dspy.LM("scripted/model", engine=engine(scripted, journal), cache=False, num_retries=0)
    program = dspy.Predict("question -> answer")
    program.set_lm(lm)
    assert program.deepcopy().lm.engine is lm.engine
