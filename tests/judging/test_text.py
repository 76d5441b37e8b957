"""Phrases, sentences and overlaps."""

from __future__ import annotations

import pytest

from kakoc.judging.text import content_words, copied_share, fold, found, questions, sentences


def test_fold_gives_one_spelling() -> None:
    assert fold("I\u2019m\u200b  \u201chere\u201d\n\u2014 now") == 'I\'m "here" - now'


def test_sentences_drop_what_has_no_word() -> None:
    assert sentences("So tired. ... What now?! Yes.") == ["So tired.", "What now?!", "Yes."]


def test_questions_are_sentences_that_end_with_the_sign() -> None:
    assert questions('You left. "What was it like?" Tell me.') == ['"What was it like?']


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("overwhelm*", "Overwhelming, and overwhelmed.", ["Overwhelming", "overwhelmed"]),
        (
            "would you ... me to",
            "Would you really want me to stay?",
            ["Would you really want me to"],
        ),
        ("^try", "Try it. I try too.", ["Try"]),
        ("i'm here", "I\u2019m here.", ["I'm here"]),
        ("here", "There and nowhere.", []),
    ],
)
def test_found(phrase: str, text: str, words: list[str]) -> None:
    assert found(text, [phrase]) == words


def test_a_negated_phrase_is_not_found() -> None:
    assert found("I am not so scared. I am scared.", ["scared"], ["not"]) == ["scared"]
    assert found("It doesn't feel calm.", ["calm"], ["*n't"]) == []


def test_content_words_meet_at_their_stem() -> None:
    said, reply = "I keep missing the old kitchen", "You missed that kitchen"
    assert content_words(said, ["keep"]) & content_words(reply) == {"miss", "kitchen"}


def test_copied_share() -> None:
    said = "I sit in the dark and wait"
    assert copied_share(said, said) == 1.0
    assert copied_share("You wait there, alone, until it is late", said) == 0.0
    assert copied_share("Too short", said) == 0.0
