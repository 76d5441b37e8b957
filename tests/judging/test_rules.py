"""Hard lines: the spec's examples, contact shapes, texts that must pass, and faults as values."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import get_args

import pytest

from kakoc.diagnostics import Span
from kakoc.ir import Ir, Rule
from kakoc.judging import RuleBook, example_faults
from kakoc.judging.rules import WINDOW
from kakoc.types import Role

ROLES = get_args(Role)


def where(*path: object) -> Span:
    return Span("/".join(map(str, path)))


def rule(patterns: Sequence[str], caught: str = "bad", passes: str = "good") -> Ir:
    made = Rule.model_validate(
        {
            "id": "made",
            "kind": "lose",
            "why": "A rule of this test.",
            "patterns": patterns,
            "examples": {"caught": [caught], "passes": [passes]},
        }
    )
    return Ir.model_construct(rules=(made,))


def broken(book: RuleBook, text: str, role: Role = "supporter") -> list[str]:
    return [violation.rule for violation in book.check(text, role)]


def test_every_example_of_the_spec_holds(ir: Ir) -> None:
    assert example_faults(ir, where) == []


def test_near_misses_pass_every_rule_not_only_their_own(ir: Ir, book: RuleBook) -> None:
    crossed = {
        text: broken(book, text, role)
        for entry in ir.rules
        for role in entry.applies_to
        for text in entry.examples.passes
    }
    assert {text: rules for text, rules in crossed.items() if rules} == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "text",
    [
        "I do not want to be here any more.",
        "Sometimes I wish I would just not wake up.",
        "They would all be better off without me.",
        "I think about ending my life most days. I have no plan.",
        "Are you thinking about ending your life?",
        "Are you thinking of killing yourself, or is it more a wish to be gone?",
        "Thank you for telling me that you want to die. I am here, and I am not shocked.",
        "In 1987 we were 4 of 12 who stayed; it was -20 and we owed 10 000 000 pesos.",
        "My shift is from 06-12-2024 on, 10.30 to 18.30.",
        "I call 300 people a week and I text 40 times a day.",
    ],
)
def test_risk_that_may_be_spoken_of_passes(book: RuleBook, text: str, role: Role) -> None:
    assert broken(book, text, role) == []


@pytest.mark.parametrize(
    "text",
    [
        "You can write to someone@example.com.",
        "Look at www.example.net for more.",
        "Their page is example.org, have a look.",
        "Ring +00 000 000 0000 at any hour.",
        "The number is 000-000-0000.",
        "Please call 000 now.",
        "Text HELLO to 000000.",
        "The 000 lifeline is open.",
    ],
)
def test_contact_data_is_invented(book: RuleBook, text: str) -> None:
    assert "invented_contact" in broken(book, text)


def test_words_of_class_exclude_are_not_kept(ir: Ir, book: RuleBook) -> None:
    for entry in ir.rules:
        for text in entry.examples.caught:
            (found, *_) = [v for v in book.check(text, entry.applies_to[-1]) if v.rule == entry.id]
            assert found.kind == entry.kind
            assert bool(found.excerpt) == (entry.kind == "lose")
            assert len(found.text_sha256) == 64


def test_a_rule_is_silent_for_roles_it_does_not_name(book: RuleBook) -> None:
    text = "I am a mother, and I am a nurse."
    assert broken(book, text, "seeker") == []
    assert broken(book, text, "supporter") == ["human_claim", "licensed_claim"]


def test_typographic_apostrophes_and_line_breaks_do_not_hide(book: RuleBook) -> None:
    assert broken(book, "I\u2019m not\na robot.") == ["human_claim"]


@pytest.mark.parametrize("position", [0, WINDOW - 10, 5 * WINDOW])
def test_long_texts_are_read_to_their_end(book: RuleBook, position: int) -> None:
    text = "so " * (position // 3) + "promise me. Promise me." + " so" * WINDOW
    started = time.monotonic()
    assert broken(book, text) == ["coercion"]
    assert time.monotonic() - started < 5


def test_an_example_that_no_pattern_catches_is_a_fault_in_its_place() -> None:
    (fault,) = example_faults(rule(["terrible"]), where)
    assert (fault.code, fault.span.file) == ("K410", "safety.yaml/rules/0/examples/caught/0")
    assert "`made`" in fault.message and fault.help


def test_a_near_miss_that_is_caught_is_a_fault_in_its_place() -> None:
    (fault,) = example_faults(rule(["bad", "g.*d"]), where)
    assert (fault.code, fault.span.file) == ("K410", "safety.yaml/rules/0/examples/passes/0")


@pytest.mark.parametrize(
    "pattern",
    [
        "(bad",
        "(bad)?",
        "(a+)+bad",
        "((a+)b?)+bad",
        "(a{2,}){3,}bad",
        r"(?:\w+\s*)*bad",
        "a(?i)bad",
        "[[a]bad",
        "bad{1,99999999999}",
        "(" * 1900 + "bad" + ")" * 1900,
    ],
    ids=lambda pattern: pattern[:20],
)
def test_a_pattern_that_cannot_be_used_is_a_fault_in_its_place(pattern: str) -> None:
    (fault,) = example_faults(rule(["bad", pattern]), where)
    assert (fault.code, fault.span.file) == ("K411", "safety.yaml/rules/0/patterns/1")


@pytest.mark.parametrize("pattern", [r"\(a+\)+bad|bad", "[(a+)]+ bad|bad", r"(?:bad\b ?)+"])
def test_a_bracket_that_is_text_repeats_nothing(pattern: str) -> None:
    assert example_faults(rule([pattern]), where) == []


def test_a_group_that_a_pattern_refers_back_to_is_its_own() -> None:
    assert example_faults(rule(["(good) luck", r"(bad) \1"], caught="bad bad"), where) == []


def test_why_explains_every_rule_and_contact_data(ir: Ir, book: RuleBook) -> None:
    explain: Callable[[str], str] = book.why
    assert [explain(entry.id) for entry in ir.rules] == [entry.why for entry in ir.rules]
    assert "Contact data" in explain("invented_contact")
