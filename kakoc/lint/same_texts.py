"""Texts of several conversations or turns that are the same, or nearly. Knows hashes, no meaning.

Made for 10,000 conversations: of each text only its hash and the smallest hashes of its runs of
eight words are kept. Short texts are compared exactly; of long ones the sixteen smallest runs stand
for all (the bottom-k sketch of Broder), which keeps a million texts in some hundred megabytes.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kakoc.judging.text import words
from kakoc.lint.codes import LINT_CODES
from kakoc.lint.finding import CORPUS, EXAMPLES, Finding
from kakoc.lint.said import Kind, Said, said
from kakoc.types import Conversation

RUN = 8
SKETCH = 16
FEWEST_RUNS = 4
ALIKE = 0.5
"""Share of all runs of two texts that both have (Jaccard)."""
FEWEST_WORDS = 5
"""A shorter text may stand in several conversations by chance."""
COMPARED: frozenset[Kind] = frozenset({"message", "thought", "reply", "note"})
ODD = np.uint64(0x9E3779B97F4A7C15)

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64] | NDArray[np.uint32]


class SameCheck:
    """L403 and L404, over all texts."""

    def __init__(self) -> None:
        self._talks: list[str] = []
        self._whole, self._sketches, self._owners = array("Q"), array("Q"), array("I")
        """Hash of each text; sketches of all texts, and for each entry the text it is of."""
        self._places = array("Q")
        """Conversation and turn of each text."""

    def read(self, talk: Conversation) -> None:
        self._talks.append(talk.id)
        for each in said(talk):
            if each.kind in COMPARED:
                self._add(each)

    def _add(self, each: Said) -> None:
        told = words(each.text)
        number = len(self._whole)
        self._whole.append(_hash(" ".join(told)) if len(told) >= FEWEST_WORDS else 0)
        self._places.append((len(self._talks) - 1) << 16 | min(each.turn, 0xFFFF))
        sketch = _sketch(told)
        if len(sketch) >= FEWEST_RUNS:
            self._sketches.extend(sketch.tolist())
            self._owners.extend([number] * len(sketch))

    def findings(self) -> Iterator[Finding]:
        if not self._whole:
            return
        whole = np.frombuffer(self._whole, dtype=np.uint64)
        same = self._same(whole)
        yield from self._told("L403", "stand word for word in another conversation", same)
        near = self._near(whole)
        yield from self._told("L404", "share most of their words with a text of another turn", near)

    def _same(self, whole: Hashes) -> list[tuple[int, int]]:
        """Each text with an equal one of another conversation."""
        order = np.argsort(whole, kind="stable")
        found = []
        for group in _groups(whole[order], order):
            talks = {self._talk(text) for text in group.tolist()}
            if len(talks) > 1 and whole[group[0]]:
                first, last = int(group[0]), int(group[-1])
                found += [(t, last if t == first else first) for t in group.tolist()]
        return found

    def _near(self, whole: Hashes) -> list[tuple[int, int]]:
        """Each text with one of another turn that shares most of its runs, if it is not equal."""
        if not self._sketches:
            return []
        runs = np.frombuffer(self._sketches, dtype=np.uint64)
        owners = np.frombuffer(self._owners, dtype=np.uint32)
        starts = np.searchsorted(owners, np.arange(len(whole) + 1))
        order = np.argsort(runs, kind="stable")
        partner: dict[int, int] = {}
        tried: set[tuple[int, int]] = set()
        for group in _groups(runs[order], owners[order]):
            for one, other in _neighbours(group.tolist()):
                if (one, other) in tried or (one in partner and other in partner):
                    continue
                tried.add((one, other))
                if self._places[one] == self._places[other] or whole[one] == whole[other]:
                    continue
                left, right = (runs[starts[text] : starts[text + 1]] for text in (one, other))
                if _jaccard(left, right) >= ALIKE:
                    partner.setdefault(one, other)
                    partner.setdefault(other, one)
        return sorted(partner.items())

    def _told(self, code: str, what: str, found: list[tuple[int, int]]) -> Iterator[Finding]:
        count, total = len(found), len(self._whole)
        if count:
            shown = [f"{self._place(t)} and {self._place(o)}" for t, o in found[: 2 * EXAMPLES : 2]]
            message = f"{count} of {total} texts ({count / total:.1%}) {what}"
            hint = LINT_CODES[code].hint
            yield Finding(code, "rate", CORPUS, message, hint, count, total, tuple(shown))

    def _talk(self, text: int) -> int:
        return self._places[text] >> 16

    def _place(self, text: int) -> str:
        return f"{self._talks[self._talk(text)]} turn {self._places[text] & 0xFFFF}"


def _groups(values: Hashes, members: Numbers) -> Iterator[Numbers]:
    """The members with equal values, where there are several; values are sorted."""
    edges = np.flatnonzero(np.diff(values)) + 1
    starts, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(values)]))
    for place in np.flatnonzero(ends - starts > 1):
        yield members[starts[place] : ends[place]]


def _neighbours(group: list[int]) -> Iterable[tuple[int, int]]:
    """Each with the one before it and with the first: enough to find a partner, never all pairs."""
    for place in range(1, len(group)):
        yield group[place - 1], group[place]
        if place > 1:
            yield group[0], group[place]


def _sketch(told: list[str]) -> Hashes:
    """The smallest hashes of the text's runs of eight words."""
    count = len(told) - RUN + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    hashes = np.array([_word(word) for word in told], dtype=np.uint64)
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(RUN):
        runs = (runs ^ hashes[place : place + count]) * ODD
    return np.unique(runs)[:SKETCH]


def _jaccard(left: Hashes, right: Hashes) -> float:
    """Exact for short texts; for long ones estimated on the smallest runs of both together."""
    whole = len(left) < SKETCH and len(right) < SKETCH
    union = np.union1d(left, right)
    union = union if whole else union[:SKETCH]
    both = np.intersect1d(np.intersect1d(left, right, assume_unique=True), union)
    return len(both) / len(union)


@lru_cache(maxsize=100_000)
def _word(word: str) -> int:
    return _hash(word)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
