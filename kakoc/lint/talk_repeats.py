"""Texts that come twice in one conversation. Knows spelling, not meaning."""

from __future__ import annotations

from kakoc.judging.text import words
from kakoc.lint.finding import Finding, Tally
from kakoc.lint.said import Kind, Said, said
from kakoc.types import Conversation

FEWEST_WORDS = 4
"""Shorter texts may come back: "I don't know." """
LEFT_OUT: frozenset[Kind] = frozenset({"ahead"})
"""A Seeker may well say the same next to two replies."""


class RepeatCheck:
    """L311, as a rate over the texts of all conversations."""

    def __init__(self) -> None:
        self._tally = Tally("L311", "stand twice in their conversation")

    def read(self, talk: Conversation) -> None:
        first: dict[tuple[str, ...], Said] = {}
        for each in said(talk):
            if each.kind in LEFT_OUT:
                continue
            told = tuple(words(each.text))
            before = first.setdefault(told, each)
            twice = len(told) >= FEWEST_WORDS and before is not each
            place = "thought" if before.kind in ("thought", "note") else before.kind
            self._tally.add(each.subject, f"as {place} of turn {before.turn}" if twice else None)

    def findings(self) -> list[Finding]:
        return self._tally.findings()
