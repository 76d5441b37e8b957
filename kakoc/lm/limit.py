"""How many calls one endpoint is sent at once: found out while it answers, up to a ceiling.

Additive increase, multiplicative decrease, as TCP does it (Chiu and Jain, 1989), after a start that
doubles. The limit grows a round at a time while latency stays near its best; it falls, once a
round, only where answers of "too busy" become commoner than they were with fewer calls: a server
that refuses every tenth call whatever is asked of it is not helped by fewer. Knows no transport.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

FIRST = 32
RISE = 0.1
"""So much more of a round must be refused than is usual before the limit falls."""
STEEPEST = 0.25
"""Share of the limit that one fall may take: a refusal is quick, so a round counts too many."""
SLOW = 1.5
"""Rounds that take so many times the quickest one's latency end growth."""
LONGEST_REST = 1.0
"""Seconds without counting after a fall, where no call was answered that would tell."""
MEMORY = 0.2
"""Weight of the newest round in what is usual."""
BUSY = frozenset({429, 503})


class Limit:
    """Of one endpoint, for the tasks of one event loop; whoever came first has the next turn."""

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._size = float(min(FIRST, ceiling))
        self._doubling = True
        self._flying = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._usual = 0.0
        """Share of calls that are refused as too busy."""
        self._quickest = float("inf")
        """Mean seconds of a call in the quickest round."""
        self._round_began = 0.0
        self._answers, self._refused, self._seconds = 0, 0, 0.0

    @property
    def size(self) -> int:
        """Calls that may be in flight now."""
        return max(1, round(self._size))

    @property
    def in_flight(self) -> int:
        """Calls that have their turn now."""
        return self._flying

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, then count how the call inside it ends."""
        await self._enter()
        begun = time.perf_counter()
        try:
            yield
        except Exception as error:
            self._count(begun, busy=getattr(error, "status", None) in BUSY)
            raise
        else:
            self._count(begun, busy=False)
        finally:
            self._flying -= 1
            self._admit()

    async def _enter(self) -> None:
        if self._flying < self.size and not self._queue:
            self._flying += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            # Admitted in the very moment it gave up: the next in line has its turn.
            if place.done() and not place.cancelled():
                self._flying -= 1
                self._admit()
            raise

    def _admit(self) -> None:
        while self._queue and self._flying < self.size:
            place = self._queue.popleft()
            if not place.done():
                self._flying += 1
                place.set_result(None)

    def _count(self, begun: float, busy: bool) -> None:
        if begun < self._round_began:
            return  # sent under an earlier limit, so it says nothing of this one
        self._answers += 1
        self._refused += busy
        self._seconds += 0.0 if busy else time.perf_counter() - begun
        if self._answers >= self.size:
            self._end_round()

    def _end_round(self) -> None:
        refused = self._refused / self._answers
        served = self._answers - self._refused
        latency = self._seconds / served if served else float("inf")
        rest = 0.0
        if refused > self._usual + RISE:
            # Until what was sent before has left the server, it refuses whatever the limit is.
            rest = min(self._quickest, latency, LONGEST_REST)
            self._size = max(1.0, self._size * (1 - min(refused, STEEPEST)))
            self._doubling = False
        elif latency <= SLOW * self._quickest:
            grown = 2 * self._size if self._doubling else self._size + 1
            self._size = min(float(self._ceiling), grown)
        else:
            self._doubling = False
        self._quickest = min(self._quickest, latency)
        self._usual += MEMORY * (refused - self._usual)
        self._round_began = time.perf_counter() + rest
        self._answers, self._refused, self._seconds = 0, 0, 0.0
