"""One reply as a judge reads it: the words said before, the words judged, and the spec's lexicon.

Turns both into named numbers in [-1, 1] (`structure`) for a fitted head, and answers the questions
that judges ask (`hits`, `exploration`, `shared_words`). Knows no judge, no model and no phrase.

Three lists of a lexicon help to read and are not counted themselves: `negators` (a phrase after one
does not count), `function_words` (carry no content) and `question_words` (make a question open).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kakoc.ir import JudgeExample, JudgeSpec
from kakoc.judging import text as texts
from kakoc.types import JudgeItem, Message

HELPERS = frozenset({"negators", "function_words", "question_words"})
MANY = 2
"""Hits of one list beyond which more say nothing more (else length would count)."""


@dataclass(frozen=True, slots=True)
class Reading:
    said: str
    """The Seeker message that is answered."""
    text: str
    """The text that is judged: the reply, or what the Seeker says next."""
    lexicon: Mapping[str, Sequence[str]]

    def hits(self, name: str) -> list[str]:
        """The words of the judged text that are in a list of the lexicon."""
        return self._found(self.text, name)

    def hits_before(self, name: str) -> list[str]:
        """The same for the message that was answered."""
        return self._found(self.said, name)

    def change(self, name: str) -> float:
        """How much more of a list there is than before: from -1 (gone) to 1 (new)."""
        return _level(self.hits(name)) - _level(self.hits_before(name))

    @property
    def shared_words(self) -> frozenset[str]:
        """Content words taken up from what was said."""
        skipped = self.lexicon.get("function_words", ())
        return texts.content_words(self.text, skipped) & texts.content_words(self.said, skipped)

    @property
    def copied(self) -> float:
        return texts.copied_share(self.text, self.said)

    @property
    def exploration(self) -> float:
        """1.0 with an open question, 0.5 with a closed one or a volley of them, 0.0 with none."""
        asked = texts.questions(self.text)
        opening = self.lexicon.get("question_words", ())
        volley = len(asked) > 1 and 2 * len(asked) > self.sentence_count
        if not volley and any(texts.found(question, opening) for question in asked):
            return 1.0
        return 0.5 if asked else 0.0

    @property
    def sentence_count(self) -> int:
        return len(texts.sentences(self.text))

    def _found(self, text: str, name: str) -> list[str]:
        negators = self.lexicon.get("negators", ())
        return texts.found(text, self.lexicon.get(name, ()), negators)


def read(spec: JudgeSpec, item: JudgeItem) -> Reading:
    """What a judge of this spec reads of an item; an absent next message reads as empty."""
    said = item.context[-1].content if item.context else ""
    judged = item.reply if spec.reads == "reply" else item.next_seeker or ""
    return Reading(said, judged, spec.lexicon)


def example_item(spec: JudgeSpec, example: JudgeExample) -> JudgeItem:
    """A labelled example as the judge will meet it in a run."""
    context = (Message(role="seeker", content=example.seeker),)
    if spec.reads == "reply":
        return JudgeItem(context=context, reply=example.reply)
    return JudgeItem(context=context, reply="", next_seeker=example.reply)


def structure(spec: JudgeSpec, reading: Reading) -> dict[str, float]:
    """Named numbers for a head; the names depend on the spec only."""
    lists = sorted(set(spec.lexicon) - HELPERS)
    counted = {f"has_{name}": _level(reading.hits(name)) for name in lists}
    if spec.reads == "next_seeker":
        return counted | {f"change_{name}": reading.change(name) for name in lists}
    return counted | {
        "exploration": reading.exploration,
        "shared_words": _level(reading.shared_words),
        "copied": reading.copied,
    }


def _level(hits: Sequence[str] | frozenset[str]) -> float:
    return min(len(hits), MANY) / MANY
