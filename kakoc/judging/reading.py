"""One reply as a judge reads it: the words said before, the words judged, and the spec's lexicon.

Turns both into named numbers in [-1, 1] (`structure`) for a fitted head, and answers the questions
that judges ask (`hits`, `exploration`, `shared_words`). Knows no judge, no model and no phrase.

Three lists of a lexicon help to read and are not counted themselves: `negators` (a phrase after one
does not count), `function_words` (carry no content) and `question_words` (make a question open).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kakoc.ir import JudgeExample, JudgeSpec
from kakoc.judging import text as texts
from kakoc.types import JudgeItem, Message

HELPERS = frozenset({"negators", "function_words", "question_words"})
LISTED = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s", re.MULTILINE)
MANY = 2
"""Hits of one list beyond which more say nothing more (else length would count)."""


@dataclass(frozen=True)
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
        asked = self.questions
        opening = self.lexicon.get("question_words", ())
        volley = len(asked) > 1 and 2 * len(asked) > self.sentence_count
        if not volley and any(texts.found(question, opening) for question in asked):
            return 1.0
        return 0.5 if asked else 0.0

    @cached_property
    def sentences(self) -> list[str]:
        return texts.sentences(self.text)

    @cached_property
    def questions(self) -> list[str]:
        return texts.questions(self.text)

    @property
    def sentence_count(self) -> int:
        return len(self.sentences)

    def asks_about(self, name: str) -> bool:
        """Whether a question holds a word of a list."""
        return any(self._found(question, name) for question in self.questions)

    @property
    def asks_about_what_was_said(self) -> bool:
        skipped = self.lexicon.get("function_words", ())
        told = texts.content_words(self.said, skipped)
        return any(told & texts.content_words(q, skipped) for q in self.questions)

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
    before = (Message(role="supporter", content=example.before),) if example.before else ()
    context = (*before, Message(role="seeker", content=example.seeker))
    if spec.reads == "reply":
        return JudgeItem(context=context, reply=example.reply)
    return JudgeItem(context=context, reply=example.answer or "", next_seeker=example.reply)


def structure(spec: JudgeSpec, reading: Reading) -> dict[str, float]:
    """Named numbers for a head; the names depend on the spec only. Length is none of them."""
    if spec.features == "wording":
        return {"shared_words": _level(reading.shared_words), "copied": reading.copied}
    lists = sorted(set(spec.lexicon) - HELPERS)
    sentences = max(1, reading.sentence_count)
    found = {name: reading.hits(name) for name in lists}
    counted = {f"has_{name}": _level(hits) for name, hits in found.items()}
    counted |= {f"rate_{name}": min(1.0, len(hits) / sentences) for name, hits in found.items()}
    if spec.reads == "next_seeker":
        counted |= {f"change_{name}": reading.change(name) for name in lists}
    return counted | _talk(reading, sentences)


def sentence_structure(spec: JudgeSpec, sentence: str) -> list[float]:
    """The same for one sentence alone: which lists it has a word of, and how it ends."""
    if spec.features == "wording":
        return []
    return [
        *(
            float(bool(texts.found(sentence, spec.lexicon[name])))
            for name in sorted(set(spec.lexicon) - HELPERS)
        ),
        float(bool(texts.found(sentence, spec.lexicon.get("negators", ())))),
        float(sentence.rstrip("\"') ").endswith("?")),
        float('"' in sentence),
    ]


def _talk(reading: Reading, sentences: int) -> dict[str, float]:
    """How it is said, whatever the words: questions, overlap, exclamations, lists."""
    own, asked = len(texts.words(reading.text)) or 1, reading.questions
    return {
        "exploration": reading.exploration,
        "asks": float(bool(asked)),
        "asks_rate": len(asked) / sentences,
        "asks_last": float(reading.text.rstrip().endswith("?")),
        "asks_back": float(reading.asks_about_what_was_said),
        "asks_you": float(reading.asks_about("second_person")),
        "shared_words": min(len(reading.shared_words), 3) / 3,
        "shared_rate": len(reading.shared_words) / own,
        "copied": reading.copied,
        "exclaims": min(reading.text.count("!"), 2) / 2,
        "lists": float(
            any(line.lstrip()[:1] in "-*•" for line in reading.text.splitlines() if line.strip())
        ),
    }


def _level(hits: Sequence[str] | frozenset[str]) -> float:
    return min(len(hits), MANY) / MANY
