"""The limit of an endpoint: grows while it may, settles where it must, gives turns fairly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from kakoc.lm.limit import FIRST, Limit


class BusyError(Exception):
    status = 429


class Server:
    """Answers after a pause; refuses above `most`, slows down above `lanes`."""

    def __init__(self, most: int = 10_000, lanes: int = 10_000, every: int = 0) -> None:
        self.most, self.lanes, self.every = most, lanes, every
        self.now, self.peak, self.calls = 0, 0, 0

    async def answer(self) -> None:
        self.calls += 1
        if self.now >= self.most or (self.every and self.calls % self.every == 0):
            raise BusyError
        self.now += 1
        self.peak = max(self.peak, self.now)
        await asyncio.sleep(0.005 * max(1.0, self.now / self.lanes))
        self.now -= 1


def drive(server: Server, calls: int, ceiling: int) -> tuple[Limit, list[int]]:
    """Every call until it succeeds; the limit after each answer."""
    sizes: list[int] = []

    async def one(limit: Limit) -> None:
        while True:
            try:
                async with limit.turn():
                    await server.answer()
            except BusyError:
                await asyncio.sleep(0.002)
                continue
            finally:
                sizes.append(limit.size)
            return

    async def run() -> Limit:
        limit = Limit(ceiling)
        await asyncio.gather(*(one(limit) for _ in range(calls)))
        return limit

    return asyncio.run(run()), sizes


def test_it_grows_to_the_ceiling_and_no_further() -> None:
    server = Server()
    limit, sizes = drive(server, 1500, ceiling=100)
    assert sizes[0] == FIRST
    assert limit.size == 100 == server.peak


def test_it_settles_near_what_a_server_bears() -> None:
    _, sizes = drive(Server(most=32), 6000, ceiling=256)
    settled = sorted(sizes[len(sizes) // 2 :])
    assert 24 <= settled[len(settled) // 2] <= 40


def test_it_stops_where_more_calls_only_wait_longer() -> None:
    limit, _ = drive(Server(lanes=32), 4000, ceiling=1000)
    assert 32 <= limit.size <= 130


def test_refusals_that_do_not_come_from_load_cost_no_speed() -> None:
    limit, _ = drive(Server(every=10), 6000, ceiling=64)
    assert limit.size >= 48


@pytest.mark.parametrize("cancelled", [1, 3])
def test_turns_come_in_order_and_one_who_gives_up_blocks_nobody(cancelled: int) -> None:
    order: list[int] = []

    async def one(limit: Limit, number: int) -> None:
        async with limit.turn():
            order.append(number)
            await asyncio.sleep(0.001)

    async def run(check: Callable[[Limit], None]) -> None:
        limit = Limit(1)
        tasks = [asyncio.create_task(one(limit, number)) for number in range(6)]
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        check(limit)

    def check(limit: Limit) -> None:
        assert limit._flying == 0

    asyncio.run(run(check))
    assert order == [number for number in range(6) if number != cancelled]
