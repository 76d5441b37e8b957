"""How messages name things: quoted names, kinds of values, near names. Knows no spec."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kakoc.diagnostics import Diagnostic

LONGEST = 60
"""Characters of foreign text that a message repeats."""
LONGEST_MESSAGE = 400


def printable(fault: Diagnostic) -> Diagnostic:
    """The fault with a message and a help that any terminal can show on a line."""
    message, help_ = (_shown(text, LONGEST_MESSAGE) for text in (fault.message, fault.help))
    return replace(fault, message=message, help=help_)


def quoted(text: str) -> str:
    """`text` in backticks, on one line, shortened, without control characters."""
    return f"`{_shown(text, LONGEST)}`"


def _shown(text: str, longest: int) -> str:
    cut = text if len(text) <= longest else f"{text[: longest - 3]}..."
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


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
