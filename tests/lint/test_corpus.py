"""What is only wrong with many people or conversations together, and how much of it there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from lint_kit import (
    LEVELS,
    altered,
    but,
    cast,
    codes,
    judged,
    linted,
    only,
    phrase,
    reply,
    replying,
    saying,
    talk,
)

from kakoc.ir import Ir, TraitFamily
from kakoc.types import Conversation, Persona

PEOPLE = 400
FEW = 40


@pytest.fixture(scope="module")
def people(ir: Ir) -> list[Persona]:
    return cast(ir, PEOPLE)


@pytest.fixture
def some(people: list[Persona]) -> list[Persona]:
    return people[:FEW]


def gender(persona: Persona) -> Any:
    return persona.card["gender_at_birth"]


def family(ir: Ir, name: str) -> TraitFamily:
    return next(each for each in ir.families if each.id == name)


def test_a_whole_plan_has_no_finding(ir: Ir, people: list[Persona]) -> None:
    assert linted(ir, people).findings == []


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("L201", lambda persona, ir: gender(persona) == "male"),
        ("L202", lambda persona, ir: persona.card["birth_context"]["decade"] == "1960s"),
        ("L203", lambda persona, ir: region(ir, persona) in ("east_asia", "western_europe")),
        ("L204", lambda persona, ir: persona.problem in {p.id for p in ir.problems[:8]}),
    ],
)
def test_one_kind_of_people_is_found(
    ir: Ir, people: list[Persona], code: str, kept: Callable[[Persona, Ir], bool]
) -> None:
    finding = only(linted(ir, [persona for persona in people if kept(persona, ir)]))
    assert (finding.code, finding.subject) == (code, "corpus")


def region(ir: Ir, persona: Persona) -> str:
    return next(city.region for city in ir.cities if city.id == persona.city)


def test_a_few_people_of_one_kind_are_chance(ir: Ir, people: list[Persona]) -> None:
    men = [persona for persona in people if gender(persona) == "male"]
    assert linted(ir, men[:6]).findings == []


def test_more_men_than_chance_brings_are_a_warning_before_an_error(
    ir: Ir, people: list[Persona]
) -> None:
    men = [persona for persona in people if gender(persona) == "male"]
    women = [persona for persona in people if gender(persona) == "female"]
    finding = only(linted(ir, [*men[:45], *women[:15]]))
    assert (finding.code, finding.severity) == ("L201", "warning")


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("L205", [1.1, -1.1, *[0.0] * (FEW - 2)]),  # as wide as people are, and nearly all alike
        ("L206", [0.9, -0.9] * (FEW // 2)),  # as different as people are, and nobody at the ends
    ],
)
def test_a_trait_that_does_not_vary_as_people_do_is_found(
    ir: Ir, some: list[Persona], code: str, steps: list[float]
) -> None:
    trait = next(t for t in family(ir, "hexaco").traits if t.id == "extraversion")
    scores = [round(trait.mean + step * trait.sd) for step in steps]
    changed = [
        but(persona, {"hexaco.extraversion": score})
        for persona, score in zip(some, scores, strict=True)
    ]
    finding = only(linted(ir, changed))
    assert (finding.code, finding.severity) == (code, "error")
    assert finding.message.startswith("1 of ")
    assert "extraversion" in finding.message


def test_scores_near_one_card_are_found(ir: Ir, some: list[Persona]) -> None:
    example = [trait.id for trait in family(ir, "csi").traits]
    jitter = random.Random(1)
    copies = FEW // 3
    changed = [
        but(persona, {f"csi.{name}": 52 + jitter.randint(-2, 2) for name in example})
        if number < copies
        else persona
        for number, persona in enumerate(some)
    ]
    finding = only(linted(ir, changed))
    assert finding.code == "L207"
    assert finding.message.startswith("csi: ")


@pytest.mark.parametrize(("share", "severity"), [(1, "error"), (6, "warning")])
def test_place_texts_that_fit_every_city_are_found(
    ir: Ir, some: list[Persona], share: int, severity: str
) -> None:
    changed = [
        but(persona, {"background.place_now": place_text(persona)})
        if number % share == 0
        else persona
        for number, persona in enumerate(some)
    ]
    finding = only(linted(ir, changed))
    assert (finding.code, finding.severity) == ("L208", severity)


def place_text(persona: Persona) -> str:
    place = persona.card["current_socio_demographics"]["current_location"]
    return (
        f"In {place['city']} rents rose faster than wages in the 2020s, and the young people of"
        f" {place['country']} left for jobs elsewhere while their parents stayed behind."
    )


def test_levels_that_their_length_gives_away_are_found(ir: Ir, some: list[Persona]) -> None:
    found = linted(ir, some, [longer_with_care(talk(persona)) for persona in some])
    finding = only(found)
    assert (finding.code, finding.severity) == ("L401", "warning")
    assert found.measures["length_tells_care"] == 1.0
    assert found.measures["chance"] == pytest.approx(1 / 3, abs=0.001)


def test_lengths_of_a_single_conversation_prove_nothing(ir: Ir, some: list[Persona]) -> None:
    found = linted(ir, some[:1], [longer_with_care(talk(some[0], 12))])
    assert found.findings == []
    assert "length_tells_care" not in found.measures


def longer_with_care(held: Conversation) -> Conversation:
    for number in range(len(held.turns)):
        for times, care in enumerate(LEVELS, start=1):
            text = " ".join(phrase(held.id, number, care, part) for part in range(times))
            held = replying(held, number, f"{text}.", care)
    return held


@pytest.mark.parametrize(("turns", "expected"), [(6, {"L402"}), (5, set())])
def test_a_level_that_always_goes_on_is_found_where_there_was_a_choice(
    ir: Ir, some: list[Persona], turns: int, expected: set[str]
) -> None:
    held = talk(some[0], turns)
    for number in range(turns):
        held = altered(held, number, chosen=0.5)
    found = linted(ir, some[:1], [held])
    assert codes(found) == expected
    assert found.measures["goes_on_care_0.5"] == 1.0


def test_one_text_in_two_conversations_is_found(ir: Ir, some: list[Persona]) -> None:
    told = "The evenings are far too long."
    found = linted(ir, some[:2], [saying(talk(persona), 1, told) for persona in some[:2]])
    finding = only(found)
    assert (finding.code, finding.severity, finding.count) == ("L403", "rate", 2)
    assert finding.examples == ("seeker_001-c1 turn 2 and seeker_002-c1 turn 2",)


def test_a_short_text_may_stand_in_two_conversations(ir: Ir, some: list[Persona]) -> None:
    held = [saying(talk(persona), 1, "I don't know.") for persona in some[:2]]
    assert linted(ir, some[:2], held).findings == []


def test_a_text_with_one_word_changed_is_nearly_the_same(ir: Ir, some: list[Persona]) -> None:
    told = " ".join(phrase("long", part) for part in range(5))
    one = saying(talk(some[0]), 0, f"{told} here.")
    other = saying(talk(some[1]), 2, f"{told} there.")
    finding = only(linted(ir, some[:2], [one, other]))
    assert (finding.code, finding.count) == ("L404", 2)


def test_texts_of_one_turn_may_be_alike(ir: Ir, some: list[Persona]) -> None:
    told = " ".join(phrase("long", part) for part in range(5))
    held = replying(replying(talk(some[0]), 0, f"{told} here.", 0.2), 0, f"{told} there.", 0.8)
    assert linted(ir, some[:1], [held]).findings == []


def test_an_opening_that_comes_again_and_again_is_found(ir: Ir, some: list[Persona]) -> None:
    held = [
        replying(talk(persona), 0, f"It sounds like you {phrase(persona.id, 'opened')}.")
        for persona in some[:10]
    ]
    finding = only(linted(ir, some[:10], held))
    assert (finding.code, finding.count, finding.total) == ("L405", 10, 90)
    assert finding.examples == ("10 x 'it sounds like you'",)


def test_few_different_words_are_found(ir: Ir, some: list[Persona]) -> None:
    draw = random.Random(1)
    held = talk(some[0], 60)
    for number in range(60):
        told = " ".join(draw.choice(FEW_WORDS) for _ in range(40))
        held = saying(held, number, told)
    finding = only(linted(ir, some[:1], [held]))
    assert finding.code == "L406"
    assert "of the seeker are different" in finding.message


FEW_WORDS = [
    "rain",
    "night",
    "door",
    "street",
    "bread",
    "winter",
    "letter",
    "silence",
    "kitchen",
    "window",
    "river",
    "stone",
]


def test_people_without_a_conversation_are_counted(ir: Ir, some: list[Persona]) -> None:
    finding = only(linted(ir, some[:3], [talk(some[0])]))
    assert (finding.code, finding.severity) == ("L407", "warning")
    assert finding.message == "2 of 3 personas have none: seeker_002, seeker_003"


def test_replies_without_any_score_are_found(ir: Ir, some: list[Persona]) -> None:
    finding = only(linted(ir, some[:1], [judged_by(talk(some[0]), {})]))
    assert (finding.code, finding.message) == ("L408", "none of 9 replies has a score")


def test_a_judge_with_one_score_for_all_is_found(ir: Ir, some: list[Persona]) -> None:
    finding = only(linted(ir, some[:1], [judged_by(talk(some[0], 9), judged(0.7))]))
    assert (finding.code, finding.message) == ("L408", "empathy gives 0.7 to all 27 replies")


def test_a_gate_may_say_the_same_of_all(ir: Ir, some: list[Persona]) -> None:
    gate = next(judge.name for judge in ir.judges if judge.use_for == "gate")
    passed = {"verdicts": {gate: {"judge": gate, "score": 1.0}}}
    assert linted(ir, some[:1], [judged_by(talk(some[0], 9), passed)]).findings == []


def judged_by(held: Conversation, verdicts: dict[str, Any]) -> Conversation:
    """The same conversation with other verdicts on every reply."""
    for number, turn in enumerate(held.turns):
        rows = tuple(reply(v.care, v.text, **verdicts) for v in turn.variants)
        held = altered(held, number, variants=rows)
    return held


def test_no_data_at_all_have_no_finding(ir: Ir) -> None:
    found = linted(ir, [], [])
    assert (found.findings, found.measures) == ([], {})
    assert found.checked == {"personas": 0, "conversations": 0, "turns": 0}
