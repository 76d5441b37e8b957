"""Why a reply is drawn again: what small models do to a conversation. Knows text, no model.

Each guard is a function of one text and its surroundings that returns a reason or None. The
phrases that show a lost role are the project's (`never` in `spec/roles/*.yaml`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SENTENCE = re.compile(
    # a dot inside a number ends nothing; closing quotes and brackets belong to their sentence
    r".+?(?:[.!?…؟।]+[\"'”’»)\]]*(?!\d)|[。！？]+[\"'”’»)\]]*|\Z)",
    re.DOTALL,
)
END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
LEAK = re.compile(r"\{[a-z_.]+\}|\[[a-z_ ]+\]|<\|?[a-z_]+\|?>|```|\\n|^\s*[\[({]", re.IGNORECASE)
LABEL = re.compile(
    r"^\s*(seeker|supporter|user|assistant|system|helper|message|reply|thought)\s*:", re.I
)
WORD = re.compile(r"\w+(?:['’]\w+)*")


LEAKED_WORDS = 6
SHORT = 3
"""Words of a sentence that may be said again."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a reply is compared with."""

    last: str = ""
    """The message that is answered."""
    own: Sequence[str] = ()
    """What the same role said before."""
    prompt: str = ""
    """Instructions and demos; six words in a row taken from one of their lines are a leak."""
    never: Sequence[str] = ()
    echo_overlap: float = 0.5


Guard = Callable[[str, Surroundings], str | None]


def refuse(text: str, around: Surroundings) -> str | None:
    """The first reason to draw `text` again, or None."""
    return next((reason for guard in GUARDS if (reason := guard(text, around))), None)


def empty(text: str, around: Surroundings) -> str | None:
    return "empty" if len(words(text)) < 2 else None


def cut(text: str, around: Surroundings) -> str | None:
    return None if END.search(text.strip()) else "cut off in the middle of a sentence"


def leak(text: str, around: Surroundings) -> str | None:
    if match := LEAK.search(text):
        return f"placeholder or markup {match.group(0)!r}"
    if LABEL.search(text):
        return "speaks with a label in front"
    told = {gram for line in around.prompt.splitlines() for gram in grams(line, LEAKED_WORDS)}
    shared = grams(text, LEAKED_WORDS) & told
    return f"repeats its instructions: {' '.join(sorted(shared)[0])!r}" if shared else None


def lost_role(text: str, around: Surroundings) -> str | None:
    plain = f" {' '.join(words(text))} "
    for phrase in around.never:
        if f" {' '.join(words(phrase))} " in plain:
            return f"out of its role: {phrase!r}"
    return None


def echo(text: str, around: Surroundings) -> str | None:
    own, last = grams(text, 4), grams(around.last, 4)
    if own and len(own & last) / len(own) >= around.echo_overlap:
        return "echoes the message it answers"
    return None


def repetition(text: str, around: Surroundings) -> str | None:
    sentences = _sentences(text)
    if any(count > 1 for count in Counter(sentences).values()):
        return "says a sentence twice"
    said = {sentence for earlier in around.own for sentence in _sentences(earlier)}
    again = [sentence for sentence in sentences if sentence in said]
    # A short sentence may come back ("I do not know."), but not as the whole message.
    if (again and len(again) == len(sentences)) or any(len(sentence) > SHORT for sentence in again):
        return "repeats what it said before"
    return None


GUARDS: tuple[Guard, ...] = (empty, cut, leak, lost_role, echo, repetition)


def finished(text: str, most: int | None = None) -> str:
    """`text` as if the model had stopped at the end of a sentence.

    An unfinished last sentence is left out, and so is what follows the first `most` sentences. A
    text without any finished sentence comes back as it is, for the guards to refuse.
    """
    sentences = [match.group(0) for match in SENTENCE.finditer(text.strip())]
    whole = [sentence for sentence in sentences if END.search(sentence)]
    return "".join(whole[:most]).strip() or text.strip()


def words(text: str) -> list[str]:
    """Lower-case words; the typographic apostrophe counts as the plain one."""
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]


def grams(text: str, size: int) -> set[tuple[str, ...]]:
    """All runs of `size` words."""
    found = words(text)
    return {tuple(found[i : i + size]) for i in range(len(found) - size + 1)}


def _sentences(text: str) -> list[tuple[str, ...]]:
    return [
        tuple(words(match.group(0))) for match in SENTENCE.finditer(text) if words(match.group(0))
    ]
