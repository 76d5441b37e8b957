"""Drawing until something passes: bounded, honest about why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dspy
import pytest
from dspy.lm15 import AuthError, ConfigurationError, ServerError
from scripted import Answer, Scripted, queue

from kakoc.emit.runtime.adapter import LeanAdapter
from kakoc.errors import ProviderError, StoreError
from kakoc.run.draw import Drawn, Refusal, crossed, draw
from kakoc.types import Violation


async def number(answers: Sequence[Answer], seeds: Sequence[int]) -> tuple[Drawn[int], list[int]]:
    """Draw a number above 10 from a scripted model; also the seeds that were used."""
    model = Scripted(queue(answers))
    program = dspy.Predict("question -> count: int")

    async def ask(seed: int) -> int:
        with dspy.context(lm=model.lm, adapter=LeanAdapter()):
            answer = await program.acall(question="how many?", config={"seed": seed})
        return int(answer.count)

    def check(value: int) -> Refusal | None:
        return None if value > 10 else Refusal("too small", raw=str(value))

    drawn = await draw(ask, check, seeds)
    return drawn, [asked.seed for asked in model.asked]


async def test_the_first_good_answer_wins_and_nothing_more_is_asked() -> None:
    drawn, seeds = await number(["3", "42", "50"], [5, 6, 7])
    assert drawn == Drawn(42, seed=6, attempts=2)
    assert seeds == [5, 6]


async def test_the_attempts_are_bounded_and_the_last_refusal_is_kept() -> None:
    drawn, seeds = await number(["1", "2", "3", "4"], [5, 6, 7])
    assert drawn == Drawn(None, 7, 3, Refusal("too small", raw="3"))
    assert (drawn.status, drawn.reason) == ("rejected", "too small")
    assert seeds == [5, 6, 7]


async def test_an_answer_that_cannot_be_read_is_a_bad_draw_and_keeps_its_text() -> None:
    assert (await number(["many", "42"], [5, 6]))[0] == Drawn(42, 6, 2)
    drawn, _ = await number(["many" * 1000], [5])
    assert drawn.refusal is not None
    assert (drawn.status, drawn.reason) == ("rejected", "not the asked format")
    assert drawn.refusal.raw == "many" * 500


async def test_a_failed_call_ends_the_draw() -> None:
    drawn, seeds = await number(["1", ServerError("out of order"), "42"], [5, 6, 7])
    assert drawn.value is None
    assert (drawn.status, seeds) == ("failed", [5, 6])
    # What a server says is raw text: it may hold anything, and reasons are stored as they are.
    assert drawn.reason == "LMServerError"
    assert drawn.refusal and "out of order" in drawn.refusal.raw


async def test_without_a_seed_nothing_is_asked() -> None:
    drawn, seeds = await number(["42"], [])
    assert (drawn.value, drawn.attempts, drawn.status, seeds) == (None, 0, "failed", [])


async def test_a_wrong_key_ends_the_run() -> None:
    with pytest.raises(ProviderError, match="wrong key"):
        await number([AuthError("wrong key")], [5, 6])


async def test_an_error_of_ours_behind_a_configuration_error_comes_through() -> None:
    error: Any = ConfigurationError("offline")
    error.__cause__ = StoreError("the journal lacks it", "run without replay")
    with pytest.raises(StoreError, match="the journal lacks it"):
        await number([error], [5, 6])


async def test_our_own_bug_is_no_bad_draw() -> None:
    async def ask(seed: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await draw(ask, lambda value: None, [5, 6])


def test_a_crossed_line_keeps_the_rule_and_the_hash_only() -> None:
    violation = Violation(rule="r", kind="lose", excerpt="secret", text_sha256="0123456789abcdef")
    assert crossed([violation]) == Refusal("hard line r (text sha256 0123456789ab)", raw="")
    assert crossed([]) is None
