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
MOST_FAULTS = 500
"""Of one file that are shown; more would help nobody and could fill the memory."""


def first(faults: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The faults without those of a file beyond `MOST_FAULTS`, errors before warnings."""
    by_file: dict[str, list[Diagnostic]] = {}
    for fault in faults:
        by_file.setdefault(fault.span.file, []).append(fault)
    return [fault for found in by_file.values() for fault in _first(found)]


def _first(faults: list[Diagnostic]) -> list[Diagnostic]:
    if len(faults) <= MOST_FAULTS:
        return faults
    faults.sort(key=lambda fault: (fault.severity, fault.sort_key))
    *kept, last = faults[:MOST_FAULTS]
    more = f"the file has more faults; these are the first {MOST_FAULTS}"
    return [*kept, replace(last, help="; ".join(filter(None, [last.help, more])))]


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
    """Near names for misspelt ones. The search is slow: the faults that come first get one."""

    left: int = 100_000
    """Comparisons of names that may still be made."""

    def near(self, name: str, known: Iterable[str]) -> list[str]:
        candidates = sorted(known)
        if len(name) > LONGEST or len(candidates) > self.left:
            return []
        self.left -= len(candidates)
        return difflib.get_close_matches(name, candidates, n=3, cutoff=0.65)

    def did_you_mean(self, name: str, known: Iterable[str]) -> str:
        """`did you mean ...?`, or nothing when no known name is near."""
        found = self.near(name, known)
        return f"did you mean {listed(found, 'or')}?" if found else ""
