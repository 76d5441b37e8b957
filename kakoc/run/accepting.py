"""Who may begin when only so many conversations are wanted. Knows no conversation."""

from __future__ import annotations

import asyncio


class Admission:
    """Lets in whoever may still be needed, in the order in which they ask.

    At no time are more under way than could pass and be wanted. So those that are let in are the
    shortest beginning of the plan that holds so many which pass, whichever of them ends first, and
    nothing is made that is not wanted in the end.
    """

    def __init__(self, count: int) -> None:
        self._lacking = count
        self._places = asyncio.Semaphore(count)  # whoever asked first has the next place

    async def let_in(self) -> bool:
        """Wait until it is known whether one more is needed; whoever is let in must `leave`."""
        await self._places.acquire()
        if self._lacking:
            return True
        self._places.release()
        return False

    def leave(self, passed: bool) -> None:
        """One that was let in has ended; where it did not pass, the next one has its place."""
        self._lacking -= passed
        if not passed or not self._lacking:
            self._places.release()
