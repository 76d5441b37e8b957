"""Texts that hold none of a pattern's words need not be searched for it.

A search costs microseconds and a spec has a hundred patterns, so each is reduced to strings one of
which every match holds; `in` finds those many times faster. Only for ASCII texts: `re.IGNORECASE`
takes a few other letters for ASCII ones. Knows the syntax of patterns, not what they look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

Pattern = re.Pattern[str]
Place = tuple[int, int]
"""A group's number, and that of a pattern in it."""
SHORTEST = 3
"""A string shorter than this is in nearly every text."""


class Sieve:
    """Which of many patterns may have a match in a text."""

    def __init__(self, groups: Sequence[Sequence[Pattern]]) -> None:
        self._groups = groups
        self._always: set[Place] = set()
        self._holders: dict[str, set[Place]] = {}
        for place, pattern in _places(groups):
            # The parser behind `re`: there is no public one.
            parsed = re._parser.parse(pattern.pattern, pattern.flags)  # type: ignore[attr-defined]
            wanted = _wanted(parsed)
            if wanted is None:
                self._always.add(place)
            for string in wanted or ():
                self._holders.setdefault(string, set()).add(place)

    def possible(self, text: str) -> Iterator[tuple[int, Sequence[Pattern]]]:
        """The number of each group that may have a match in `text`, and its patterns that may."""
        if not text.isascii():
            yield from enumerate(self._groups)
            return
        lower = text.lower()
        hits = [places for string, places in self._holders.items() if string in lower]
        found = sorted(self._always.union(*hits))
        for number, places in groupby(found, key=itemgetter(0)):
            yield number, [self._groups[number][place] for _, place in places]


def _places(groups: Sequence[Sequence[Pattern]]) -> Iterator[tuple[Place, Pattern]]:
    for number, group in enumerate(groups):
        for place, pattern in enumerate(group):
            yield (number, place), pattern


def _wanted(parsed: Iterable[Any]) -> frozenset[str] | None:
    """Strings one of which is in every match, in lower case; None: there may be matches without."""
    options: list[frozenset[str]] = []
    run = ""
    for name, value in [*parsed, (None, None)]:
        if str(name) == "LITERAL":
            run += chr(value).lower()
            continue
        options.append(frozenset({run}))
        run = ""
        if (inside := _inside(str(name), value)) is not None:
            options.append(inside)
    return max((option for option in options if _is_telling(option)), key=_telling, default=None)


def _inside(name: str, value: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        return _wanted(value[3])
    if name == "BRANCH":
        branches = [_wanted(branch) for branch in value[1]]
        known = [branch for branch in branches if branch is not None]
        return frozenset().union(*known) if len(known) == len(branches) else None
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[0] > 0:
        return _wanted(value[2])
    return _wanted(value) if name == "ATOMIC_GROUP" else None


def _is_telling(option: frozenset[str]) -> bool:
    return all(string.isascii() and len(string) >= SHORTEST for string in option)


def _telling(option: frozenset[str]) -> tuple[int, int]:
    """Long strings before short ones, few before many."""
    return min(map(len, option)), -len(option)
