"""Openings that come again and again, and how many different words there are. Counts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from kakoc.judging.text import words
from kakoc.lint.codes import LINT_CODES
from kakoc.lint.finding import CORPUS, Finding
from kakoc.lint.said import Kind, said
from kakoc.types import Conversation

OPENING_WORDS = 4
FEWEST_TEXTS = 20
COMMON = 0.1
"""Share of one role's texts with one opening: one in ten is heard as a tic."""
COUNTED = 50_000
"""Texts of a role whose openings are counted; what is common shows in them."""
READ = 20_000
"""Words of a role that are read for variety: the share of different pairs falls with length, so
only equal lengths compare."""
FEWEST_WORDS = 2_000
FEW = 0.35
"""Share of different pairs of words below which a text repeats itself; 20,000 words of people
talking come to 0.5 and more."""
SPOKEN: dict[Kind, str] = {"message": "seeker", "reply": "supporter"}


class VarietyCheck:
    """L405 and L406, by role."""

    def __init__(self) -> None:
        self._openings = {role: Counter[str]() for role in SPOKEN.values()}
        self._pairs = {role: set[tuple[str, str]]() for role in SPOKEN.values()}
        self._texts, self._read = Counter[str](), Counter[str]()

    def read(self, talk: Conversation) -> None:
        for each in said(talk):
            role = SPOKEN.get(each.kind)
            if role:
                told = words(each.text)
                self._texts[role] += 1
                if self._texts[role] <= COUNTED:
                    self._openings[role][" ".join(told[:OPENING_WORDS])] += 1
                if self._read[role] < READ:
                    self._pairs[role].update(pairwise(told))
                    self._read[role] += max(len(told) - 1, 0)

    def measures(self) -> dict[str, float]:
        """Share of different pairs of words, by role."""
        return {
            f"distinct_2_{role}": round(len(self._pairs[role]) / self._read[role], 4)
            for role in SPOKEN.values()
            if self._read[role]
        }

    def findings(self) -> Iterator[Finding]:
        for role, openings in self._openings.items():
            yield from _common(role, openings)
            different, read = len(self._pairs[role]), self._read[role]
            if read >= FEWEST_WORDS and different < FEW * read:
                share = f"{different} of {read} pairs of words ({different / read:.0%})"
                yield _rate("L406", f"{share} of the {role} are different", different, read)


def _common(role: str, openings: Counter[str]) -> Iterator[Finding]:
    total = openings.total()
    if total < FEWEST_TEXTS:
        return
    common = [(text, count) for text, count in openings.most_common(5) if count > COMMON * total]
    if common:
        count = sum(count for _, count in common)
        shown = tuple(f"{count_} x {text!r}" for text, count_ in common)
        share = f"{count} of {total} {role} texts ({count / total:.0%})"
        which = "one opening" if len(common) == 1 else f"one of {len(common)} openings"
        yield _rate("L405", f"{share} begin with {which}", count, total, shown)


def _rate(
    code: str, message: str, count: int, total: int, examples: tuple[str, ...] = ()
) -> Finding:
    hint = LINT_CODES[code].hint
    return Finding(code, "rate", CORPUS, message, hint, count, total, examples)
