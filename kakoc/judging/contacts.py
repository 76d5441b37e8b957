"""Contact data in a text: what has the shape of it, and what a list of checked contacts holds.

Knows the shapes of phone numbers, short codes, URLs and e-mail addresses, no number and no address.
A contact of the list is found however it is written: of a number only the digits count, of an
address host and path in lower case, without scheme, `www.` or a slash at the end. So `+00 000` and
`(00) 0-00` are one number while `000` is another: list each form that may be said. A contact with
none of these shapes is known by its words. It does not know whose number it is, or where it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from kakoc.judging.text import fold

_NOT_COUNTED = r"(?!\s?(?:times|people|messages|%|hours|minutes|days|words|letters))"
_MORE = r"(?:[\s.-]\d{2,6}\b)*"
"""Further groups of a short code, so that `111 222` is one code and not the code `111`."""
_CODES = (
    # short codes: only where somebody is told to use them, so that ages, years and sums pass
    r"\b(?:call|dial|ring|phone|text)(?:\s(?:at|on|to|the number|number))?\s"
    rf"(\d{{3,6}}\b{_MORE}|\d\d(?:\s\d\d){{2,3}}\b){_NOT_COUNTED}",
    r"\btext\s\W?\w+\W?\sto\s(\d{3,6})\b",
    r"\b(\d{3,6})\s(?:hot|help|life|crisis )line\b",
)
_NUMBERS = (
    # phone numbers: international, area code in brackets, trunk zero (but no date), dashed, bare
    r"(\+\d[\d\s().-]{6,}\d)",
    r"(\(\d{2,5}\)\s?\d[\d\s.-]{4,}\d)",
    r"(?<![\d.,])(?!\d\d[-./]\d\d[-./]\d{2,4}\b)(0\d[\d\s.-]{6,}\d)",
    r"(?<![\d-])((?:1[-.\s])?\d{3}[-.\s]\d{3}[-.\s]\d{4})(?![\d-])",
    r"(?<![\d-])(\d{3}[-.]\d{4})(?![\d-])",
    r"(?<![\d.,])(\d{9,15})(?![\d.,]\d)",
)
_ADDRESSES = (
    r"\b(https?://\S+|www\.\S+)",
    r"(?<![\w.+-])([\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+)",
    r"(?<![\w-])((?:[a-z0-9-]{1,200}\.){1,8}(?:com|org|net|gov|edu|info)\b(?:[/:?#]\S*)?)",
)
# Each shape has one group, the contact itself. Addresses first: they may hold a number.
_SHAPE = re.compile("|".join((*_ADDRESSES, *_CODES, *_NUMBERS)), re.IGNORECASE)

_HINT = re.compile(r"\d|@|://|www\.|\.\w", re.IGNORECASE)
"""In every contact; most texts have none of it."""
_DURATION = re.compile(
    r"\b24\s?[/-]\s?7\b|\b\d{1,3}[\s-](?:hours?|days?|weeks?|minutes?)\b", re.IGNORECASE
)
"""What may stand right behind a number and is no part of it."""
_APART = re.compile(r"\n|\s-\s|\.\s")
"""Between two numbers of a list, never inside one."""
_FEWEST_DIGITS = 3
"""Of a number of its own; less is an extension, or belongs to the next sentence."""
_SENTENCE_MARKS = ".,;:!?'\"()[]{}<>*_"
"""Around an address, and no part of it."""

_NUMBER = re.compile(r"[+(]*\d[\d\s()./-]*")
_ADDRESS = re.compile(r"(?:https?://)?[^\s@]+\.[^\s@]+|[^\s@]+@[^\s@]+\.[^\s@]+", re.IGNORECASE)
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?")
_SPACE, _BETWEEN_DIGITS = r"\s", r"[\s()./-]{0,3}"
_LINK = re.compile(r"(?:tel|sms|mailto):", re.IGNORECASE)

Place = tuple[int, int]
"""First character of some words, and the one behind the last."""


class ContactBook:
    """The contacts that may be said. Holds no state, so it may be shared between threads."""

    def __init__(self, contacts: Iterable[str] = ()) -> None:
        self.contacts = tuple(contacts)

    def unknown(self, text: str) -> str:
        """The first contact of a text that the list does not hold, as it is said; empty if none."""
        told = _readable(text)
        if not _HINT.search(told):
            return ""
        for hit in _SHAPE.finditer(_DURATION.sub(_blank, told)):
            if place := self._unknown(told, hit):
                return told[slice(*place)]
        return ""

    def _unknown(self, told: str, hit: re.Match[str]) -> Place | None:
        """Where in a hit an unknown contact stands; a short code is said with its verb."""
        whole = hit.span(hit.lastindex or 0)
        known = [match.span() for match in self._known.finditer(told)]
        if _is_inside(_bare(told, whole), known):
            return None
        places = list(_numbers(told, whole)) or [whole]
        lost = [place for place in places if not _is_inside(_bare(told, place), known)]
        if lost == places:
            return hit.span()
        return _bare(told, lost[0]) if lost else None

    @cached_property
    def _known(self) -> re.Pattern[str]:
        patterns = {pattern for contact in self.contacts for pattern in _patterns(contact)}
        # The longest first: one contact may begin with another.
        ordered = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
        return re.compile("|".join(ordered) or r"(?!)", re.IGNORECASE)


def _patterns(contact: str) -> Iterator[str]:
    """How a contact of the list may be written; one that is told in a sentence, by its shapes."""
    plain = _LINK.sub("", _readable(contact), count=1)
    if _NUMBER.fullmatch(plain) and len(_digits(plain)) >= _FEWEST_DIGITS:
        yield _number(plain)
    elif _ADDRESS.fullmatch(plain):
        yield _address(plain)
    elif hits := list(_SHAPE.finditer(plain)):
        for hit in hits:
            said = plain[slice(*_bare(plain, hit.span(hit.lastindex or 0)))]
            yield _number(said) if _NUMBER.fullmatch(said) else _address(said)
    else:
        words = _SPACE.join(map(re.escape, plain.split()))
        yield rf"(?<!\w){words}(?!\w)"


def _number(written: str) -> str:
    return rf"(?<!\d){_BETWEEN_DIGITS.join(_digits(written))}(?!\d)"


def _address(written: str) -> str:
    plain = re.escape(_SCHEME.sub("", written.lower(), count=1).rstrip("/"))
    if "@" in written:
        return rf"(?<![\w.+-]){plain}(?![\w-]|\.\w)"
    return rf"(?<![\w.@/-])(?:https?://)?(?:www\.)?{plain}/?(?![\w-]|[./?#@:=&%][\w/])"


def _readable(text: str) -> str:
    """One spelling of signs and digits, line by line: a list has a contact a line."""
    told = "\n".join(filter(None, map(fold, text.splitlines())))
    return told if told.isascii() else "".join(map(_digit, told))


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char, char))


def _digits(text: str) -> list[str]:
    return re.findall(r"\d", text)


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _numbers(told: str, whole: Place) -> Iterator[Place]:
    """The numbers of a run of digits that may hold several."""
    start = whole[0]
    ends = [match.span() for match in _APART.finditer(told, *whole)]
    for end, after in [*ends, (whole[1], whole[1])]:
        if len(_digits(told[start:end])) >= _FEWEST_DIGITS:
            yield start, end
        start = after


def _bare(told: str, place: Place) -> Place:
    """A place without the marks around what stands there; of a number, from digit to digit."""
    start, end = place
    said = told[start:end]
    around = _SENTENCE_MARKS if re.search(r"[^\W\d_]", said) else f"{_SENTENCE_MARKS}+- \n"
    return start + len(said) - len(said.lstrip(around)), start + len(said.rstrip(around))


def _is_inside(place: Place, known: Sequence[Place]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in known)
