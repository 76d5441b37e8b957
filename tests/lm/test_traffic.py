"""What can be seen of a run's calls from outside while they are made."""

from __future__ import annotations

import asyncio

from project_kit import running_stub

from kakoc.lm import LmConfig, open_lm
from kakoc.lm.limit import FIRST
from kakoc.ports import Traffic, WatchedMeter

CALLS = FIRST + 4


async def test_calls_in_flight_are_seen_under_the_limit_of_their_endpoint() -> None:
    meter = WatchedMeter()
    with running_stub("--latency", "0.5") as slow:
        config = LmConfig(name="slow", engine="http", model="stub", api_base=slow.base)
        lm = open_lm(config, None, meter)
        assert meter.traffic().endpoints == {"slow": (0, 0)}  # nothing was found out yet
        calls = [
            asyncio.create_task(lm.acall(messages=[{"role": "user", "content": str(number)}]))
            for number in range(CALLS)
        ]
        seen: list[Traffic] = []
        while not all(call.done() for call in calls):
            seen.append(meter.traffic())
            await asyncio.sleep(0.02)
        await asyncio.gather(*calls)
        flying = [look.endpoints["slow"] for look in seen]
        assert max(now for now, _ in flying) == FIRST
        assert all(now <= most for now, most in flying)
        last = meter.traffic()
        assert (last.calls, last.endpoints["slow"][0]) == (CALLS, 0)
        assert last.usage.completion == meter.usage.completion > 0


def test_roles_of_one_gate_are_one_endpoint() -> None:
    class Gate:
        in_flight = 3
        limit = 8

    gate, meter = Gate(), WatchedMeter()
    for _ in range(3):
        meter.goes_through("one", gate)
    meter.goes_through("two", Gate())
    meter.goes_through("two", Gate())
    assert meter.traffic().endpoints == {"one": (3, 8), "two": (6, 16)}
