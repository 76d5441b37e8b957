"""What waits to be judged is judged together, and everybody gets their own verdicts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from kakoc.errors import StoreError
from kakoc.run.judging import MOST, Bench
from kakoc.types import JudgeItem, Message, Verdict


class Slow:
    """Scores the length of a reply; remembers how many it was asked about at a time."""

    name = "slow"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        self.batches.append(len(items))
        time.sleep(0.05)
        return [Verdict(judge=self.name, score=len(item.reply) / 1000) for item in items]


class NoMemo:
    def recall(self, key: str) -> None:
        return None

    def remember(self, key: str, value: object) -> None:
        pass


class FullDisk(NoMemo):
    def remember(self, key: str, value: object) -> None:
        raise StoreError("the disk is full")


def item(words: int) -> JudgeItem:
    return JudgeItem(context=(Message(role="seeker", content="hm"),), reply="a" * words)


def test_what_waits_is_judged_together_and_told_apart() -> None:
    judge = Slow()

    async def run() -> list[list[dict[str, Verdict]]]:
        bench = Bench([judge], NoMemo())
        asked = [bench.score([item(n), item(n + 1)]) for n in range(1, 41, 2)]
        return list(await asyncio.gather(*asked))

    told = asyncio.run(run())
    scores = [[given["slow"].score for given in one] for one in told]
    assert scores == [[n / 1000, (n + 1) / 1000] for n in range(1, 41, 2)]
    assert sum(judge.batches) == 40
    assert len(judge.batches) <= 2


def test_a_batch_has_a_largest_size() -> None:
    judge = Slow()

    async def run() -> None:
        bench = Bench([judge], NoMemo())
        await asyncio.gather(*(bench.score([item(n)]) for n in range(1, 2 * MOST)))

    asyncio.run(run())
    assert max(judge.batches) == MOST


def test_nothing_to_judge_asks_nobody() -> None:
    judge = Slow()
    assert asyncio.run(Bench([judge], NoMemo()).score([])) == []
    assert judge.batches == []


def test_a_failing_memo_is_told_to_all_and_stops_nothing_later() -> None:
    async def run() -> None:
        bench = Bench([Slow()], FullDisk())
        asked = await asyncio.gather(
            bench.score([item(1)]), bench.score([item(2)]), return_exceptions=True
        )
        assert all(isinstance(error, StoreError) for error in asked)
        with pytest.raises(StoreError):
            await bench.score([item(3)])

    asyncio.run(run())


def test_one_who_gave_up_costs_the_others_nothing() -> None:
    async def run() -> list[dict[str, Verdict]]:
        bench = Bench([Slow()], NoMemo())
        gone = asyncio.create_task(bench.score([item(5)]))
        kept = asyncio.create_task(bench.score([item(6)]))
        await asyncio.sleep(0)
        gone.cancel()
        return await kept

    assert asyncio.run(run())[0]["slow"].score == 0.006
