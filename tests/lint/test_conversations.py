"""A sound conversation has no finding; one wrong turn in it is found, counted, and named."""

from __future__ import annotations

import pytest
from lint_kit import altered, cast, linted, only, reply, replying, saying, seeker, talk

from kakoc.ir import Ir
from kakoc.lint.talk_text import role_lines
from kakoc.types import Persona, Role

NOW = "current_socio_demographics"


@pytest.fixture(scope="module")
def people(ir: Ir) -> list[Persona]:
    return cast(ir, 60)


@pytest.fixture(scope="module")
def somebody(people: list[Persona]) -> Persona:
    return next(p for p in people if p.card[NOW]["partnership"] == "has no partner")


def test_a_sound_conversation_has_no_finding(ir: Ir, somebody: Persona) -> None:
    found = linted(ir, [somebody], [talk(somebody)])
    assert found.findings == []
    assert found.checked == {"personas": 1, "conversations": 1, "turns": 3}
    assert found.as_json()["counts"] == {"error": 0, "warning": 0, "rate": 0}


def test_a_level_that_the_spec_has_not_is_found(ir: Ir, somebody: Persona) -> None:
    held = talk(somebody)
    low, middle, high = held.turns[0].variants
    other = [low, middle, high.model_copy(update={"care": 0.9})]
    finding = only(linted(ir, [somebody], [altered(held, 0, variants=tuple(other))]))
    assert (finding.code, finding.severity, finding.subject) == ("L301", "error", held.id)
    assert finding.message == "0.9; the spec's levels are 0.2, 0.5, 0.8"


def test_a_turn_that_lacks_a_variant_is_found(ir: Ir, somebody: Persona) -> None:
    held = talk(somebody)
    less = altered(held, 1, variants=held.turns[1].variants[:2], chosen=0.2)
    finding = only(linted(ir, [somebody], [less]))
    assert finding.code == "L302"
    assert finding.message.endswith("variants: 2")


def test_a_variant_that_failed_with_its_reason_is_there(ir: Ir, somebody: Persona) -> None:
    held = talk(somebody)
    *others, high = held.turns[1].variants
    lost = reply(high.care, "", status="failed", reason="echoes")
    assert linted(ir, [somebody], [altered(held, 1, variants=(*others, lost))]).findings == []


def test_a_conversation_that_is_too_short_is_found(ir: Ir, somebody: Persona) -> None:
    finding = only(linted(ir, [somebody], [talk(somebody, 1)], min_turns=2))
    assert finding.code == "L303"
    assert finding.message == "1 turn, and at least 2 were asked for"


def test_a_conversation_that_failed_may_be_short(ir: Ir, somebody: Persona) -> None:
    failed = talk(somebody, 1, status="failed", ended="seeker: empty")
    assert linted(ir, [somebody], [failed], min_turns=2).findings == []


def test_a_conversation_of_nobody_is_found(ir: Ir, people: list[Persona]) -> None:
    one, other = people[:2]
    finding = only(linted(ir, [one], [talk(one), talk(other)]))
    assert finding.code == "L304"
    assert repr(other.id) in finding.message


@pytest.mark.parametrize("years", [0, 1, -1])
def test_a_birthday_during_the_conversation_is_no_fault(
    ir: Ir, somebody: Persona, years: int
) -> None:
    age = somebody.card[NOW]["age"] + years
    held = talk(somebody, context={"crisis_context": {"age": age}})
    assert linted(ir, [somebody], [held]).findings == []


def test_a_conversation_with_somebody_of_another_age_is_found(ir: Ir, somebody: Persona) -> None:
    age = somebody.card[NOW]["age"] + 12
    held = talk(somebody, context={"crisis_context": {"age": age}})
    finding = only(linted(ir, [somebody], [held]))
    assert finding.code == "L305"
    assert f"held at the age of {age}" in finding.message


def test_a_seeker_of_another_age_than_its_cards_is_found(ir: Ir, somebody: Persona) -> None:
    held = saying(talk(somebody), 1, "I am ninety-nine, and nobody rings.")
    finding = only(linted(ir, [somebody], [held]))
    assert (finding.code, finding.severity, finding.count) == ("L306", "rate", 1)
    assert finding.examples[0].startswith(f"{held.id} turn 2: says the age 99")


def test_a_seeker_that_says_its_own_age_is_sound(ir: Ir, somebody: Persona) -> None:
    age = somebody.card[NOW]["age"]
    held = saying(talk(somebody), 1, f"I am {age} years old, and nobody rings.")
    assert linted(ir, [somebody], [held]).findings == []


def test_a_relative_that_the_card_rules_out_is_found(ir: Ir, somebody: Persona) -> None:
    held = saying(talk(somebody), 1, "My husband came home late again.")
    finding = only(linted(ir, [somebody], [held]))
    assert finding.code == "L306"
    assert "my husband" in finding.examples[0]


def test_a_seeker_that_speaks_as_the_helper_is_found(ir: Ir, somebody: Persona) -> None:
    held = saying(talk(somebody), 0, "Oh well, how can I help today?")
    finding = only(linted(ir, [somebody], [held]))
    assert (finding.code, finding.count, finding.total) == ("L307", 1, 3)


def test_a_supporter_out_of_its_role_is_found(ir: Ir, somebody: Persona) -> None:
    finding = only(linted(ir, [somebody], [replying(talk(somebody), 0, "As an AI I wonder.")]))
    assert (finding.code, finding.count, finding.total) == ("L308", 1, 9)
    assert finding.examples == (f"{somebody.id}-c1 turn 1 care 0.5: 'as an ai'",)


def test_empty_texts_are_found(ir: Ir, somebody: Persona) -> None:
    held = replying(saying(talk(somebody), 0, " "), 1, "")
    finding = only(linted(ir, [somebody], [held]))
    assert (finding.code, finding.subject) == ("L309", held.id)
    assert finding.message == "2 empty: turn 1, turn 2 care 0.5"


@pytest.mark.parametrize(
    "text",
    [
        '{"message": "It is hard."}',
        "Nothing helps. **Nothing** at all.",
        "Seeker: nothing helps.",
        "- one thing after another",
        "I live with {name} now.",
        "Nothing helps.\\n\\nNothing.",
        "<think> nothing helps",
    ],
)
def test_markup_is_found(ir: Ir, somebody: Persona, text: str) -> None:
    finding = only(linted(ir, [somebody], [replying(talk(somebody), 0, text)]))
    assert (finding.code, finding.count) == ("L310", 1)


def test_a_thought_that_is_the_message_is_found(ir: Ir, somebody: Persona) -> None:
    told = "The evenings are far too long."
    finding = only(linted(ir, [somebody], [saying(talk(somebody), 0, told, thought=told)]))
    assert (finding.code, finding.count) == ("L311", 1)
    assert finding.examples == (f"{somebody.id}-c1 turn 1 thought: as message of turn 1",)


def test_a_short_text_may_come_back(ir: Ir, somebody: Persona) -> None:
    held = saying(saying(talk(somebody), 0, "I don't know."), 2, "I don't know.")
    assert linted(ir, [somebody], [held]).findings == []


def test_one_reply_at_two_levels_is_found(ir: Ir, somebody: Persona) -> None:
    told = "Those evenings sound far too long."
    held = replying(replying(talk(somebody), 0, told, 0.2), 0, told, 0.8)
    finding = only(linted(ir, [somebody], [held]))
    assert (finding.code, finding.count) == ("L311", 1)


def test_a_hard_line_is_found_and_an_excluded_text_is_not_shown(ir: Ir, somebody: Persona) -> None:
    rule = next(rule for rule in ir.rules if rule.kind == "exclude")
    text = rule.examples.caught[0]
    found = linted(ir, [somebody], [replying(talk(somebody), 0, text)])
    finding = next(each for each in found.findings if rule.id in each.message)
    assert {each.code for each in found.findings} <= {"L310", "L312"}  # a means is in brackets
    assert (finding.code, finding.count) == ("L312", 1)
    assert text not in str(finding.as_json())


def test_a_text_that_may_lose_is_quoted(ir: Ir, somebody: Persona) -> None:
    rule = next(rule for rule in ir.rules if rule.id == "coercion")
    finding = only(linted(ir, [somebody], [replying(talk(somebody), 0, rule.examples.caught[0])]))
    assert finding.code == "L312"
    assert "`coercion` (lose)" in finding.message
    assert finding.examples[0].removeprefix(f"{somebody.id}-c1 turn 1 care 0.5: ")


@pytest.mark.parametrize("role", ["seeker", "supporter"])
def test_a_line_of_the_prompt_is_found(ir: Ir, somebody: Persona, role: Role) -> None:
    line = next(text for text in role_lines(ir, role) if "{" not in text and text.count(" ") > 9)
    held = talk(somebody)
    copied = saying(held, 0, line) if role == "seeker" else replying(held, 0, line)
    found = linted(ir, [somebody], [copied])
    # A prompt that names the role's bounds may stand in its `never` as well.
    assert "L313" in {finding.code for finding in found.findings} <= {"L307", "L308", "L313"}


def test_a_prompt_that_came_with_the_data_is_known(ir: Ir, somebody: Persona) -> None:
    line = "Ask about the smallest thing that went well since the morning."
    held = replying(talk(somebody), 0, line)
    assert linted(ir, [somebody], [held]).findings == []
    told = held.model_copy(update={"context": {"supporter_system_prompt": f"Be kind.\n{line}"}})
    assert only(linted(ir, [somebody], [told])).code == "L313"


def test_a_supporter_that_knows_an_unsaid_number_is_found(ir: Ir, somebody: Persona) -> None:
    months = somebody.card["presenting_problem"]["duration_months"]
    text = f"After {months} months anybody would be worn."
    finding = only(linted(ir, [somebody], [replying(talk(somebody), 1, text)]))
    assert (finding.code, finding.count, finding.total) == ("L314", 1, 9)
    assert f"the {months} months" in finding.examples[0]


def test_a_supporter_may_take_up_what_was_said(ir: Ir, somebody: Persona) -> None:
    months = somebody.card["presenting_problem"]["duration_months"]
    said = saying(talk(somebody), 0, f"It has been {months} months now.")
    held = replying(said, 1, f"After {months} months anybody would be worn.")
    assert linted(ir, [somebody], [held]).findings == []


def test_a_supporter_that_knows_a_symptom_is_found(ir: Ir, somebody: Persona) -> None:
    symptom = somebody.card["presenting_problem"]["symptoms"][0]
    held = replying(talk(somebody), 0, f"So it shows as {symptom}.")
    assert only(linted(ir, [somebody], [held])).code == "L314"


def test_a_supporter_that_knows_the_place_of_birth_is_found(ir: Ir, people: list[Persona]) -> None:
    moved = next(
        p
        for p in people
        if p.card["birth_context"]["city"] != p.card[NOW]["current_location"]["city"]
    )
    city = moved.card["birth_context"]["city"]
    finding = only(linted(ir, [moved], [replying(talk(moved), 0, f"Is {city} on your mind?")]))
    assert finding.code == "L314"


def test_what_is_said_next_to_another_reply_is_held_against_the_hard_lines_only(
    ir: Ir, somebody: Persona
) -> None:
    held = talk(somebody)
    rows = tuple(
        variant.model_copy(update={"next_seeker": seeker("I am ninety-nine, and nobody rings.")})
        for variant in held.turns[0].variants
    )
    assert linted(ir, [somebody], [altered(held, 0, variants=rows)]).findings == []
