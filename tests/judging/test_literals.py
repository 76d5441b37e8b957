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


def possible(sieve: Sieve, text: str) -> set[str]:
    return {pattern.pattern for _, group in sieve.possible(text) for pattern in group}


def matches(text: str) -> set[str]:
    return {pattern for pattern in PATTERNS if re.search(pattern, text, re.IGNORECASE)}


words = ["go", "away", "Man", "up", "get", "over", "it", "you", "had", "must", "NOW", "one", "and"]
words += ["two", "abcabc", "abc", "7", "stay", "kind", "leave", ".", "not", "Kind", "ı", "ſtay"]


@given(st.lists(st.sampled_from(words), max_size=12).map(" ".join))
def test_no_match_is_left_out(text: str) -> None:
    assert matches(text) <= possible(sieve(*PATTERNS), text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\b(?:get over it|man up)\b", "I will stay with you."),
        (r"you (?:must|have to)", "They say so."),
        (r"(?:abc){2,}", "ab ab ab"),
    ],
)
def test_a_text_without_the_words_is_not_searched(pattern: str, text: str) -> None:
    assert possible(sieve(pattern), text) == set()


@pytest.mark.parametrize("pattern", [r"\d+", r"(?:stay)?\w", r"a|staying", r"(?=stay)\w+"])
def test_a_pattern_that_promises_no_word_is_always_searched(pattern: str) -> None:
    assert possible(sieve(pattern), "hello") == {pattern}


def test_letters_that_are_taken_for_ascii_ones_are_searched_for_all() -> None:
    assert re.search("kelvin", "one \u212aelvin", re.IGNORECASE)
    assert possible(sieve("kelvin"), "one \u212aelvin") == {"kelvin"}


def test_groups_keep_their_numbers_and_patterns_their_order() -> None:
    groups = [["staying"], ["hello", "goodbye"], [r"\d", "good"]]
    compiled = [[re.compile(pattern) for pattern in group] for group in groups]
    found = Sieve(compiled).possible("goodbye, hello")
    told = [(number, [pattern.pattern for pattern in group]) for number, group in found]
    assert told == [(1, ["hello", "goodbye"]), (2, [r"\d", "good"])]
