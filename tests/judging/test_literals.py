"""The sieve leaves out only patterns that have no match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakoc.judging.literals import Sieve

PATTERNS = [
    r"\b(?:get over it|man up)\b",
    r"(?<!not )\bgo away\b",
    r"(?:^|[.!?] )(?:please )?leave",
    r"\byou(?:'d| had)? (?:must|have to) (?:\w+ ){0,2}now",
    r"(?:abc){2,}x?",
    r"(?:abc)?\d+",
    r"(one|two) and \1",
    r"(?=stay)\w+",
    r"[a-c]+ (?:kind|kelvin)",
]


def sieve(*patterns: str) -> Sieve:
    return Sieve([[re.compile(pattern, re.IGNORECASE) for pattern in patterns]])


def matches(text: str) -> set[str]:
    return {pattern for pattern in PATTERNS if re.search(pattern, text, re.IGNORECASE)}


words = ["go", "away", "Man", "up", "get", "over", "it", "you", "had", "must", "NOW", "one", "and"]
words += ["two", "abcabc", "abc", "7", "stay", "kind", "leave", ".", "not", "Kind", "ı", "ſtay"]


@given(st.lists(st.sampled_from(words), max_size=12).map(" ".join))
def test_no_match_is_left_out(text: str) -> None:
    (found,) = sieve(*PATTERNS).possible(text)
    assert matches(text) <= {pattern.pattern for pattern in found}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\b(?:get over it|man up)\b", "I will stay with you."),
        (r"you (?:must|have to)", "They say so."),
        (r"(?:abc){2,}", "ab ab ab"),
    ],
)
def test_a_text_without_the_words_is_not_searched(pattern: str, text: str) -> None:
    assert sieve(pattern).possible(text) == [[]]


@pytest.mark.parametrize("pattern", [r"\d+", r"(?:stay)?\w", r"a|staying", r"(?=stay)\w+"])
def test_a_pattern_that_promises_no_word_is_always_searched(pattern: str) -> None:
    (found,) = sieve(pattern).possible("hello")
    assert [one.pattern for one in found] == [pattern]


def test_letters_that_are_taken_for_ascii_ones_are_searched_for_all() -> None:
    (found,) = sieve("kelvin").possible("one \u212aelvin")
    assert re.search("kelvin", "one \u212aelvin", re.IGNORECASE)
    assert found
