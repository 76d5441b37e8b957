"""How messages name things: quoted names, kinds of values, near names. Knows no spec."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST = 60
"""Characters of foreign text that a message repeats."""


def quoted(text: str) -> str:
    """`text` in backticks, on one line, shortened, without control characters."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return f"`{shown}`" if len(shown) <= LONGEST else f"`{shown[: LONGEST - 3]}...`"


def described(value: Any) -> str:
    """What a value is, for "expected ..., found ..."."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"the number `{value}`"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in backticks as a phrase: `a`, `b` and `c`."""
    shown = [quoted(name) for name in names]
    return f" {last} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


@dataclass(slots=True)
class Hints:
    """Near names for misspelt ones. The search is slow, so the first `left` faults get one."""

    left: int = 100

    def near(self, name: str, known: Iterable[str]) -> list[str]:
        if not self.left:
            return []
        self.left -= 1
        return difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.65)

    def did_you_mean(self, name: str, known: Iterable[str]) -> str:
        """`did you mean ...?`, or nothing when no known name is near."""
        found = self.near(name, known)
        return f"did you mean {listed(found, 'or')}?" if found else ""
