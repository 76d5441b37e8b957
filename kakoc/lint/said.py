"""Every text of a conversation, and who said it where. Knows records, judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kakoc.types import Conversation, Role, Turn, Variant

Kind = Literal["message", "thought", "reply", "note", "ahead"]
"""What the Seeker says and thinks, what the Supporter says and thinks, and what the Seeker would
say next to a reply that did not go on. Only imported data tell what the Supporter thinks."""
SEEKER: frozenset[Kind] = frozenset({"message", "thought", "ahead"})


@dataclass(frozen=True, slots=True)
class Said:
    """One text."""

    kind: Kind
    text: str
    talk: str
    """Id of the conversation."""
    turn: int
    care: float | None = None

    @property
    def role(self) -> Role:
        return "seeker" if self.kind in SEEKER else "supporter"

    @property
    def subject(self) -> str:
        care = "" if self.care is None else f" care {self.care:g}"
        what = f" {self.kind}" if self.kind in ("thought", "note") else ""
        return f"{self.talk} turn {self.turn}{care}{what}"


def said(talk: Conversation) -> Iterator[Said]:
    """The texts of a conversation, in order; empty ones and failed replies are left out."""
    for number, turn in enumerate(talk.turns):
        last = number == len(talk.turns) - 1
        texts = [*_seeker(talk, turn), *_replies(talk, turn, last), *_notes(talk, number, turn)]
        yield from (each for each in texts if each.text.strip())


def _seeker(talk: Conversation, turn: Turn) -> Iterator[Said]:
    yield Said("message", turn.seeker.message, talk.id, turn.index)
    yield Said("thought", turn.seeker.thought, talk.id, turn.index)


def _replies(talk: Conversation, turn: Turn, last: bool) -> Iterator[Said]:
    for variant in turn.variants:
        if variant.status == "ok":
            yield Said("reply", variant.text, talk.id, turn.index, variant.care)
            if variant.next_seeker and (last or variant.care != turn.chosen):
                yield from _ahead(talk, turn, variant)


def _ahead(talk: Conversation, turn: Turn, variant: Variant) -> Iterator[Said]:
    after = variant.next_seeker
    for text in (after.message, after.thought) if after else ():
        yield Said("ahead", text, talk.id, turn.index, variant.care)


def _notes(talk: Conversation, number: int, turn: Turn) -> Iterator[Said]:
    for care, thought in supporter_thoughts(talk, number).items():
        yield Said("note", thought, talk.id, turn.index, care)


def supporter_thoughts(talk: Conversation, number: int) -> dict[float, str]:
    """What an import kept of the Supporter's thoughts in one turn, by care level."""
    beside = talk.context.get("turns")
    row = beside[number] if isinstance(beside, list) and number < len(beside) else {}
    replies = row.get("replies") if isinstance(row, Mapping) else None
    told: dict[float, str] = {}
    for care, reply in replies.items() if isinstance(replies, Mapping) else ():
        thought: Any = reply.get("thought") if isinstance(reply, Mapping) else None
        if isinstance(thought, str):
            told[float(care)] = thought
    return told
