"""Contact data: what is on the list passes however it is written, and nothing else does."""

from __future__ import annotations

import time

import pytest

from kakoc.judging import RuleBook
from kakoc.judging.contacts import ContactBook

LISTED = (
    *("+00 (000) 000-000", "000", "000 111", "tel:0800 111 222"),
    *("https://www.example.org/Help/", "help@mail.example.org", "Text HELLO to 000222"),
    *("the bell of house 7", "00"),
)
NOBODY = ContactBook()


@pytest.fixture(scope="module")
def book() -> ContactBook:
    return ContactBook(LISTED)


@pytest.mark.parametrize(
    "text",
    [
        "Ring +00 000 000 000, day and night.",
        "Ring 00-000-000-000 24/7.",
        "Ring (00) 000.000.000 at any hour.",
        "You could call 000.",
        "Call 000 24 hours a day.",
        "Call 000 111 whenever you like.",
        "Call 000111.",
        "They answer at 0800\n111 222.",
        "0800 111 222. 24 people answer there.",
        "Two lines:\n- 0800 111 222\n- +00 000 000 000",
        "Two lines: 0800 111 222 - 0800 111222",
        "Look at example.org/help.",
        "(https://example.org/help/)",
        "[their page](HTTP://WWW.EXAMPLE.ORG/HELP)",
        "Write to Help@mail.example.org, if you like.",
        "Text HI to 000222.",
        "Ring the bell of\nhouse 7.",
        "Call 00.",
        "\u0660\u0668\u0660\u0660 \u0661\u0661\u0661 \u0662\u0662\u0662",
    ],
)
def test_a_listed_contact_passes_however_it_is_written(book: ContactBook, text: str) -> None:
    assert book.unknown(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Call 000 or 0800 111 333.", "0800 111 333"),
        ("0800 111 333 is open, or call 000.", "0800 111 333"),
        ("Two lines:\n- 0800 111 222\n- 0800 111 333", "0800 111 333"),
        ("You could call 001.", "call 001"),
        ("You could call 000-1234.", "call 000-1234"),
        ("You could call 000 333.", "call 000 333"),
        ("Ring +00 000 000 0001.", "+00 000 000 0001"),
        ("Ring 0000 000 000.", "Ring 0000 000 000"),
        ("Look at example.org.", "example.org"),
        ("Look at example.org/help/me", "example.org/help/me"),
        ("Look at example.org/help?from=1", "example.org/help?from=1"),
        ("Look at my.example.org/help", "my.example.org/help"),
        ("Look at https://example.org/help@other.example", "https://example.org/help@other"),
        ("Write to xhelp@mail.example.org", "xhelp@mail.example.org"),
        ("Write to mail.example.org", "mail.example.org"),
        ("Text HELLO to 000333.", "Text HELLO to 000333"),
        ("Call 00 00 00 at night.", "Call 00 00 00"),
    ],
)
def test_any_other_is_unknown_and_named(book: ContactBook, text: str, words: str) -> None:
    assert book.unknown(text).startswith(words)
    assert NOBODY.unknown(text)


@pytest.mark.parametrize(
    "text",
    [
        "In 1987 we were 4 of 12 who stayed; it was -20 and we owed 10 000 000 pesos.",
        "My shift is from 06-12-2024 on, 10.30 to 18.30.",
        "I call 300 people a week and I text 40 times a day.",
        "I was on the phone 24 hours a day, 7 days a week.",
        "We spoke from 1914-1918 and 1939-1945 of nothing else.",
    ],
)
def test_other_numbers_are_no_contacts(text: str) -> None:
    assert NOBODY.unknown(text) == ""


def test_a_contact_without_a_shape_is_matched_by_its_words() -> None:
    words = "pull the cord, ask for example.net"
    assert ContactBook(["the cord"]).unknown("Pull the cord.") == ""
    assert ContactBook(["the cord"]).unknown(words) == "example.net"
    assert ContactBook(["00"]).unknown("Call 00.") == ""
    assert ContactBook(["a", ".", "("]).unknown("Call 000.") == "Call 000"


def test_of_a_contact_told_in_a_sentence_the_shapes_are_listed() -> None:
    book = ContactBook(["0800 111 222 (then press 1), or example.org"])
    assert book.unknown("Ring 0800-111-222 or look at https://example.org") == ""
    assert book.unknown("Ring 0800-111-223")


@pytest.mark.parametrize(
    "text",
    [
        *("a." * 50_000, "a@" * 50_000, "a-" * 50_000, "a" * 100_000, "0" * 100_000),
        *("00 - " * 20_000, "+0 -" * 20_000, "(00)0-" * 20_000, "00" + " -" * 50_000),
        *("http://" * 15_000, "www." * 25_000, "\n" * 100_000, "24 " * 30_000),
        "call 000" + " 00" * 30_000 + " people",
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_texts_come_to_an_end(book: ContactBook, text: str) -> None:
    started = time.monotonic()
    book.unknown(text)
    assert time.monotonic() - started < 5


def test_a_rule_book_lets_listed_contacts_pass_for_every_role() -> None:
    book = RuleBook((), LISTED)
    for role in ("persona", "seeker", "supporter"):
        assert book.check("Call 000, or look at example.org/help.", role) == []
        (found,) = book.check("Call 000 or 0800 111 333.", role)
        assert (found.rule, found.kind) == ("invented_contact", "lose")
        assert found.excerpt == "0800 111 333"
