"""Small pure functions over English-like text: fold, sentences, words, phrases, overlap.

Knows no phrase by itself: every list comes from the spec (`JudgeSpec.lexicon`). A phrase is plain
words with three signs: `*` is any ending of a word (`overwhelm*`), `...` is a gap of up to three
words (`would you ... me to`), `^` in front ties it to the start of a sentence (`^try`).
It does not understand language: a quoted or ironic phrase counts like a sincere one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

REMEMBERED = 20_000
"""Texts and sentences of which the last reading is kept: five judges read the same ones."""

_FOLDED = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032\uff07`"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014"), "-"),
    **dict.fromkeys(map(ord, "\u201c\u201d"), '"'),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), ""),
}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|(?<=[\u3002\uff01\uff1f])")
_BETWEEN_WORDS = r"[^\w']+"
_GAP = rf"{_BETWEEN_WORDS}(?:[\w']+{_BETWEEN_WORDS}){{0,3}}"
_TOKEN = re.compile(r"[\w']+")
_FIRST = re.compile(r"\^?([\w']+)(\*?)")
_SUFFIX = re.compile(r"(?:ing|ed|es|s|ly)$")


def fold(text: str) -> str:
    """One spelling of apostrophes, quotes, dashes and white space; invisible characters go."""
    return " ".join(text.translate(_FOLDED).split())


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text).lower())


def sentences(text: str) -> list[str]:
    return list(_sentences(text))


@lru_cache(maxsize=REMEMBERED)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SENTENCE_END.split(fold(text)) if _WORD.search(part))


def questions(text: str) -> list[str]:
    return [sentence for sentence in sentences(text) if sentence.rstrip("\"')] ").endswith("?")]


def found(text: str, phrases: Sequence[str], negators: Sequence[str] = ()) -> list[str]:
    """The words of `text` that match a phrase, unless one of the three words before negates it."""
    if not phrases:
        return []
    listed, refused = _phrases(tuple(phrases)), _phrases(tuple(negators))
    return [
        hit[0]
        for sentence in _sentences(text)
        if listed.may_match(_tokens(sentence))
        for hit in listed.pattern.finditer(sentence)
        if not _negated(sentence[: hit.start()], refused)
    ]


def content_words(text: str, function_words: Iterable[str] = ()) -> frozenset[str]:
    """Stems of the words that carry meaning: four letters or more and not a function word."""
    skipped = frozenset(function_words)
    return frozenset(stem(word) for word in words(text) if len(word) > 3 and word not in skipped)


def stem(word: str) -> str:
    """`missing` and `missed` meet at `miss`; crude on purpose, the same on every machine."""
    return _SUFFIX.sub("", word) if len(word) > 5 else word


def copied_share(text: str, source: str, size: int = 4) -> float:
    """Share of the n-grams of `text` that stand in `source`: 1.0 is a parrot."""
    own = ngrams(text, size)
    return len(own & ngrams(source, size)) / len(own) if own else 0.0


def ngrams(text: str, size: int) -> frozenset[tuple[str, ...]]:
    listed = words(text)
    return frozenset(zip(*(listed[start:] for start in range(size)), strict=False))


@dataclass(frozen=True, slots=True)
class _Phrases:
    """A list of phrases as one pattern, and how most of its matches begin."""

    pattern: re.Pattern[str]
    first_words: frozenset[str]
    beginnings: tuple[str, ...]
    """Of first words that may end in any way."""
    anywhere: bool
    """Some phrase does not begin with a plain word, so nothing can be ruled out."""

    def may_match(self, tokens: frozenset[str]) -> bool:
        """Whether a sentence of these words is worth a search; searches are the dear part."""
        return (
            self.anywhere
            or not self.first_words.isdisjoint(tokens)
            or any(token.startswith(self.beginnings) for token in tokens)
        )


@lru_cache(maxsize=REMEMBERED)
def _tokens(sentence: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(sentence.lower()))


def _negated(before: str, negators: _Phrases) -> bool:
    near = " ".join(before.split()[-3:])
    return negators.may_match(_tokens(near)) and bool(negators.pattern.search(near))


@lru_cache(maxsize=256)
def _phrases(phrases: tuple[str, ...]) -> _Phrases:
    begun = [_FIRST.match(fold(phrase).lower()) for phrase in phrases]
    return _Phrases(
        pattern=re.compile("|".join(map(_phrase, phrases)) or r"(?!)", re.IGNORECASE),
        first_words=frozenset(first[1] for first in begun if first and not first[2]),
        beginnings=tuple(first[1] for first in begun if first and first[2]),
        anywhere=None in begun,
    )


def _phrase(phrase: str) -> str:
    start = r"^\W*" if phrase.startswith("^") else r"(?<![\w'])"
    listed = [
        _BETWEEN_WORDS.join(map(_word, part.split()))
        for part in fold(phrase).lstrip("^").split("...")
    ]
    return start + _GAP.join(part for part in listed if part) + r"(?![\w'])"


def _word(word: str) -> str:
    return re.escape(word).replace(r"\*", r"[\w']*")
