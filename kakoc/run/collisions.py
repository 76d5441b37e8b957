"""Texts of a run that are too close to earlier ones, decided in plan order while rows are made.

Rows are made at the same time, but a text is compared with the *final* texts of all earlier rows,
so that what collides does not depend on who answers first: a row waits until those before it have
decided. A decision is kept in the memo under everything it follows from; a replay embeds nothing.
Knows no prompt and no conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kakoc.ports import Embedder, Memo
from kakoc.run.draw import Refusal
from kakoc.run.near import Rows, Vectors
from kakoc.types import digest

Compared = Literal["persona", "conversation"]
COMPARED: tuple[Compared, ...] = ("persona", "conversation")


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a row."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The earlier text that one is too close to."""

    id: str
    similarity: float

    @property
    def reason(self) -> str:
        return f"too close to {self.id} ({self.similarity:.2f})"


@dataclass(frozen=True, slots=True)
class Met:
    """A text that was drawn again."""

    kind: Compared
    id: str
    """Of the row it was for."""
    near: Neighbour
    text: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Texts of other runs that this one must keep away from; read when one is compared."""

    identity: str = ""
    """Follows from the texts."""
    read: Callable[[Compared], Sequence[Told]] = lambda kind: ()


NOBODY = Foreign()


class _Seen:
    """Texts and their vectors; these are made when something has to be compared with them."""

    def __init__(self, embedder: Embedder, foreign: Callable[[], Sequence[Told]]) -> None:
        self._embedder = embedder
        self._foreign: Callable[[], Sequence[Told]] | None = foreign
        self._told: list[Told] = []
        self._before = 0
        self._rows = Rows()
        self._last: tuple[str, Vectors] | None = None

    def nearest(self, text: str, kept: Sequence[Told]) -> tuple[str, float] | None:
        """The id of the closest text, and its cosine; None: there is no other text.

        Args:
            kept: those of this run, as many as last time or more.
        """
        if self._foreign is not None:
            self._add(self._foreign(), together=True)
            self._foreign, self._before = None, len(self._told)
        self._add(kept[len(self._told) - self._before :])
        if not self._told:
            return None
        row, cosine = self._rows.nearest(self._vector(text))
        return self._told[row].id, cosine

    def _add(self, more: Sequence[Told], together: bool = False) -> None:
        texts = [told.text for told in more]
        vectors = self._embedder.embed(texts) if together else map(self._vector, texts)
        for told, vector in zip(more, vectors, strict=True):
            self._told.append(told)
            self._rows.add(vector)

    def _vector(self, text: str) -> Vectors:
        """Of one text alone: in a batch it would depend on its company, by about 1e-7."""
        if self._last is None or self._last[0] != text:
            self._last = text, self._embedder.embed([text])[0]
        return self._last[1]


class _Line:
    """One kind of text: what was kept so far, and whose turn it is to decide."""

    def __init__(
        self, kind: Compared, too_close: float, embedder: Embedder, memo: Memo, foreign: Foreign
    ) -> None:
        self._kind, self._too_close, self._memo = kind, too_close, memo
        self._seen = _Seen(embedder, lambda: foreign.read(kind))
        self._state = digest([too_close, embedder.name, foreign.identity])
        self._kept: list[Told] = []
        self._next = 0
        self._settled: set[int] = set()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._over: Exception | None = None

    async def turn(self, number: int) -> None:
        """Wait until all earlier rows are settled."""
        if self._over:
            raise self._over
        if number > self._next:
            self._waiting[number] = asyncio.get_running_loop().create_future()
            await self._waiting[number]

    def settle(self, number: int) -> None:
        """Row `number` decides no more."""
        if number >= self._next:
            self._settled.add(number)
        while self._next in self._settled:
            self._settled.remove(self._next)
            self._next += 1
        future = self._waiting.pop(self._next, None)
        if future and not future.done():
            future.set_result(None)

    def abandon(self, error: Exception) -> None:
        """No row that waits will have its turn."""
        self._over = self._over or error
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    def decide(self, told: Told) -> Neighbour | None:
        """What the text is too close to; where there is nothing, the text is kept."""
        key = f"collision/{self._kind}/{digest([self._state, told.text], 24)}"
        known: dict[str, Any] | None = self._memo.recall(key)
        if known is None:
            known = self._look(told.text)
            self._memo.remember(key, known)
        if known:
            return Neighbour(known["id"], known["similarity"])
        self._kept.append(told)
        # The chain stands for all texts that the next one is compared with, in order.
        self._state = digest([self._state, told.id, told.text])
        return None

    def _look(self, text: str) -> dict[str, Any]:
        found = self._seen.nearest(text, self._kept)
        if found is None or found[1] < self._too_close:
            return {}
        return {"id": found[0], "similarity": round(found[1], 4)}


class Collisions:
    """The decisions of one run."""

    def __init__(
        self,
        embedder: Embedder,
        memo: Memo,
        too_close: Mapping[Compared, float],
        foreign: Foreign = NOBODY,
    ) -> None:
        self._lines = {
            kind: _Line(kind, limit, embedder, memo, foreign) for kind, limit in too_close.items()
        }

    def place(self, number: int) -> Place:
        """Where the row at this place of the plan decides."""
        return Place(number, self._lines)

    def any_of(self, rows: Sequence[Mapping[Compared, Told]]) -> bool:
        """Whether a text of rows that were made apart is too close to one of an earlier row."""
        return any(self._lines[kind].decide(told) for row in rows for kind, told in row.items())

    def abandon(self, error: Exception) -> None:
        """Rows before those that wait will never be made."""
        for line in self._lines.values():
            line.abandon(error)


class Place:
    """One row's turn in each line."""

    def __init__(self, number: int, lines: Mapping[Compared, _Line]) -> None:
        self._number, self._lines = number, lines
        self.met: list[Met] = []
        """What was drawn again, in order."""

    async def compare(self, kind: Compared, id_: str, text: str) -> Refusal | None:
        """Wait for the earlier rows, then keep the text or refuse it."""
        line = self._lines[kind]
        await line.turn(self._number)
        near = await asyncio.to_thread(line.decide, Told(id_, text))
        if near is None:
            line.settle(self._number)
            return None
        self.met.append(Met(kind, id_, near, text))
        return Refusal(near.reason, raw=text)

    def leave(self, *kinds: Compared) -> None:
        """This row has no more to compare of these kinds."""
        for kind in kinds:
            self._lines[kind].settle(self._number)
