"""Judging beside generation: what waits is judged together, in one thread, while models answer.

While a batch is judged, whatever else is said waits and makes the next one. What is judged together
depends on the clock, so no verdict may depend on that: the judges of a run are opened accordingly.
Knows no judge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from kakoc.judging import score_all
from kakoc.ports import Judge, Memo
from kakoc.types import JudgeItem, Verdict

Verdicts = dict[str, Verdict]

MOST = 256
"""Items of one batch: the last to come waits for no more than these."""


@dataclass(slots=True)
class _Waiting:
    items: Sequence[JudgeItem]
    told: asyncio.Future[list[Verdicts]]


@dataclass
class Bench:
    """The judges of a run, for one event loop."""

    judges: Sequence[Judge]
    memo: Memo
    _waiting: list[_Waiting] = field(default_factory=list)
    _sitting: asyncio.Task[None] | None = None

    async def score(self, items: Sequence[JudgeItem]) -> list[Verdicts]:
        """Verdicts of each item, in order."""
        if not items:
            return []
        asked = _Waiting(items, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._sitting is None:
            self._sitting = asyncio.create_task(self._sit())
        return await asked.told

    async def _sit(self) -> None:
        try:
            while batch := self._next_batch():
                await self._judge(batch)
        finally:
            self._sitting = None

    def _next_batch(self) -> list[_Waiting]:
        # Whoever gave up on waiting (a cancelled run) needs no verdict.
        self._waiting = [asked for asked in self._waiting if not asked.told.done()]
        batch: list[_Waiting] = []
        while self._waiting and sum(len(asked.items) for asked in batch) < MOST:
            batch.append(self._waiting.pop(0))
        return batch

    async def _judge(self, batch: list[_Waiting]) -> None:
        items = [item for asked in batch for item in asked.items]
        try:
            verdicts = await asyncio.to_thread(score_all, self.judges, items, self.memo)
        except Exception as error:  # of the memo, say a full disk: told to whoever asked
            for asked in batch:
                if not asked.told.done():
                    asked.told.set_exception(error)
            return
        for asked in batch:
            own, verdicts = verdicts[: len(asked.items)], verdicts[len(asked.items) :]
            if not asked.told.done():
                asked.told.set_result(own)
