"""Lines that a Supporter crosses have a code of their own, and one mistake is one finding."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lint_kit import altered, cast, codes, linted, only, reply, replying, saying, seeker, talk

from kakoc.ir import Ir, ResourceEntry, Resources
from kakoc.judging import RuleBook
from kakoc.lint.talk_hard_lines import OF_SUPPORTER
from kakoc.types import Persona

OF_RULE = {"medical_directive": "L316", "legal_directive": "L316", "diagnosis": "L317"}


@pytest.fixture(scope="module")
def somebody(ir: Ir) -> Persona:
    return cast(ir, 1)[0]


def reached(ir: Ir, where: str, *contacts: str) -> Ir:
    """The spec with an entry of its own."""
    fields: dict[str, Any] = {"kind": "crisis_line", "name": "A made up line", "source": "None."}
    entry = ResourceEntry(where=(where,), contact=contacts, verified_on=date(2026, 1, 1), **fields)
    return ir.model_copy(update={"resources": Resources(entries=(entry,))})


def examples(ir: Ir, rule: str, kind: str) -> tuple[str, ...]:
    (found,) = [each for each in ir.rules if each.id == rule]
    texts: tuple[str, ...] = getattr(found.examples, kind)
    return texts


def test_the_rules_with_a_code_are_the_specs(ir: Ir) -> None:
    assert OF_SUPPORTER.keys() - {"invented_contact"} <= {rule.id for rule in ir.rules}


@pytest.mark.parametrize("rule", OF_RULE)
def test_a_directive_and_a_diagnosis_are_found_once(ir: Ir, somebody: Persona, rule: str) -> None:
    for text in examples(ir, rule, "caught"):
        if "[" in text:
            continue  # a placeholder is markup besides
        finding = only(linted(ir, [somebody], [replying(talk(somebody), 1, text)]))
        assert (finding.code, finding.severity) == (OF_RULE[rule], "rate")
        assert (finding.count, finding.total) == (1, 9)
        assert f"`{rule}` (lose)" in finding.message
        assert finding.examples[0].startswith(f"{somebody.id}-c1 turn 2 care 0.5: ")


@pytest.mark.parametrize("rule", OF_RULE)
def test_a_near_miss_is_sound(ir: Ir, somebody: Persona, rule: str) -> None:
    for text in examples(ir, rule, "passes"):
        assert not linted(ir, [somebody], [replying(talk(somebody), 1, text)]).findings


@pytest.mark.parametrize(
    "text", ["You could call 000.", "Look at example.org.", "Their number is +00 000 000 000."]
)
def test_a_contact_that_nobody_checked_is_found_once(ir: Ir, somebody: Persona, text: str) -> None:
    finding = only(linted(ir, [somebody], [replying(talk(somebody), 1, text)]))
    assert (finding.code, finding.count, finding.total) == ("L315", 1, 9)


def test_a_checked_contact_is_sound(ir: Ir, somebody: Persona) -> None:
    known = reached(ir, "anywhere", "000", "https://example.org/help")
    told = replying(talk(somebody), 1, "You could call 000, or look at example.org/help.")
    assert not linted(known, [somebody], [told]).findings


def test_of_two_contacts_the_unchecked_one_is_named(ir: Ir, somebody: Persona) -> None:
    known = reached(ir, "anywhere", "000")
    told = replying(talk(somebody), 1, "You could call 000, or call 001.")
    finding = only(linted(known, [somebody], [told]))
    assert finding.code == "L315"
    assert finding.examples[0].endswith(": call 001")


def test_a_contact_of_another_place_is_found(ir: Ir, somebody: Persona) -> None:
    here, other = ir.city(somebody.city), next(c for c in ir.cities if c.id != somebody.city)
    told = replying(talk(somebody), 1, "You could call 000.")
    assert not linted(reached(ir, here.id, "000"), [somebody], [told]).findings
    assert not linted(reached(ir, here.country, "000"), [somebody], [told]).findings
    elsewhere = reached(ir, other.id, "000")
    assert only(linted(elsewhere, [somebody], [told])).code == "L315"
    # The hard line itself asks only whether somebody checked it.
    assert not RuleBook.of(elsewhere).check("You could call 000.", "supporter")


def test_in_a_city_that_the_spec_does_not_know_any_checked_contact_is_sound(
    ir: Ir, somebody: Persona
) -> None:
    known = reached(ir, somebody.city, "000")
    told = replying(talk(somebody, city="Atlantis"), 1, "You could call 000.")
    assert not linted(known, [somebody], [told]).findings


def test_a_contact_in_the_seekers_mouth_is_a_hard_line_like_any_other(
    ir: Ir, somebody: Persona
) -> None:
    finding = only(linted(ir, [somebody], [saying(talk(somebody), 1, "Just ring 000-000-0000.")]))
    assert finding.code == "L312"
    assert "`invented_contact` (lose)" in finding.message


def test_a_line_without_a_code_of_its_own_is_l312(ir: Ir, somebody: Persona) -> None:
    told = replying(talk(somebody), 1, examples(ir, "abandonment", "caught")[1])
    finding = only(linted(ir, [somebody], [told]))
    assert finding.code == "L312"
    assert finding.total == 3 + 3 + 9 + 3  # messages, thoughts, replies, prose of the card


def test_two_mistakes_are_two_findings(ir: Ir, somebody: Persona) -> None:
    text = "You have clinical depression. You could call 000."
    assert codes(linted(ir, [somebody], [replying(talk(somebody), 1, text)])) == {"L315", "L317"}


def test_a_rule_of_another_name_is_l312(ir: Ir, somebody: Persona) -> None:
    renamed = tuple(
        rule.model_copy(update={"id": "naming"}) if rule.id == "diagnosis" else rule
        for rule in ir.rules
    )
    told = replying(talk(somebody), 1, examples(ir, "diagnosis", "caught")[0])
    other = ir.model_copy(update={"rules": renamed})
    assert only(linted(other, [somebody], [told])).code == "L312"


def test_a_reply_that_failed_crosses_nothing(ir: Ir, somebody: Persona) -> None:
    held = talk(somebody)
    *others, high = held.turns[1].variants
    lost = reply(high.care, "You could call 000.", status="failed", reason="violation")
    assert not linted(ir, [somebody], [altered(held, 1, variants=(*others, lost))]).findings


def test_what_would_be_said_next_is_held_against_the_lines_too(ir: Ir, somebody: Persona) -> None:
    held = talk(somebody)
    rows = tuple(
        variant.model_copy(update={"next_seeker": seeker("Just ring 000-000-0000.")})
        for variant in held.turns[0].variants
    )
    assert codes(linted(ir, [somebody], [altered(held, 0, variants=rows)])) == {"L312"}
