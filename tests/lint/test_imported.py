"""Every defect that was measured in the prototype's data is found in rows that are made with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kakoverse_kit import Checkout, card, reply, sound, talk, turn, words

from kakoc.app.importing import read_prototype
from kakoc.ir import Ir
from kakoc.lint.finding import Finding
from kakoc.lint.ground import Ground
from kakoc.lint.linter import lint

ONE = "seeker_auto_001"
Find = Callable[[Checkout], dict[str, list[Finding]]]
UNJUDGED = {"L408"}
"""No data of the prototype have scores."""
ALIKE = {"L203", "L204"}
"""More than three people of one city with one problem are no chance."""
AS_PUBLISHED = (0.2, 0.6, 0.9)
CANNED = "I am going to think about what was said here before I answer."


@pytest.fixture
def find(ir: Ir, tmp_path: Path) -> Find:
    """What is found in a checkout, by code."""

    def run(data: Checkout) -> dict[str, list[Finding]]:
        read = read_prototype(ir, data.write(tmp_path / "data"))
        ground = Ground(ir, imported=True, min_turns=10)
        found: dict[str, list[Finding]] = {}
        for finding in lint(ground, read.personas, read.conversations).findings:
            found.setdefault(finding.code, []).append(finding)
        return found

    return run


def one(**problem: Any) -> Checkout:
    """Somebody with other words of the problem."""
    data = sound(1)
    data.personas[ONE]["presenting_problem"] |= problem
    return data


def held_with(age: int = 38, **crisis: Any) -> Checkout:
    """Somebody whose conversation was held with another crisis than the card's."""
    data = sound(1)
    del data.personas[ONE]["category"]
    data.conversations[ONE] = talk(ONE, crisis_context={"age": age, "confidence": 0.2, **crisis})
    return data


def test_sound_data_have_no_scores_and_no_other_fault(find: Find) -> None:
    assert set(find(sound(2))) == UNJUDGED


def test_levels_of_the_published_data_are_not_the_missions(find: Find) -> None:
    data = sound(1)
    rows = [[reply(ONE, number, care) for care in AS_PUBLISHED] for number in range(1, 11)]
    turns = [
        turn(ONE, number, supporter_responses=row, canonical_care_level=0.6)
        for number, row in enumerate(rows, start=1)
    ]
    data.conversations[ONE] = talk(ONE, turns=10) | {"turns": turns}
    found = find(data)
    assert set(found) == {"L301", "L402", *UNJUDGED}
    assert found["L301"][0].message.startswith("0.6, 0.9;")


@pytest.mark.parametrize(("age", "years"), [(62, 24), (20, 18)])
def test_an_age_that_the_card_never_had(find: Find, age: int, years: int) -> None:
    found = find(held_with(age, summary="Burnout at work.", category="burnout"))
    assert set(found) == {"L305", *UNJUDGED}
    assert f"{years} years off" in found["L305"][0].message


def test_a_card_from_the_future(find: Find) -> None:
    data = sound(1)
    data.personas[ONE]["current_socio_demographics"] |= {"year": 2043, "age": 58}
    data.conversations[ONE]["crisis_context"]["age"] = 58
    assert set(find(data)) == {"L103", *UNJUDGED}


def test_a_replaced_name_over_words_of_another_problem(find: Find) -> None:
    data = held_with(summary="Debt from supporting relatives.", category="debt problems")
    data.personas[ONE]["presenting_problem"] |= {
        "summary": "dread and worry after a change at work",
        "symptoms": ["anxiety", "sleep_disruption", "irritability"],
        "triggers": ["work_pressure", "deadlines"],
    }
    found = find(data)
    assert set(found) == {"L109", *UNJUDGED}
    assert found["L109"][0].severity == "warning"
    assert found["L109"][0].message.startswith("Debt Problems, with words of ")


@pytest.mark.parametrize("tag", ["exhaustion", "anhedonia"])
def test_a_tag_that_no_entry_has_proves_nothing(find: Find, tag: str) -> None:
    assert set(find(one(symptoms=[tag]))) == UNJUDGED


def test_a_crisis_that_is_none(find: Find) -> None:
    found = find(held_with(summary="No current burnout at any work.", category="burnout"))
    assert set(found) == {"L114", *UNJUDGED}


def test_a_risk_that_no_reader_knows(find: Find) -> None:
    risk = {"self_harm_ideation": "none_reported", "substance_use": "no", "violence": "no"}
    assert set(find(one(risk=risk))) == {"L107", *UNJUDGED}


@pytest.mark.parametrize("level", ["denied", "passive", "active"])
def test_a_risk_of_the_prototypes_own_levels(find: Find, level: str) -> None:
    risk = {"self_harm_ideation": level, "substance_use": "no", "violence": "no"}
    assert set(find(one(risk=risk))) == UNJUDGED


@pytest.mark.parametrize("category", ["Burnout", "burnout issues", "Burnout (at work)"])
def test_a_category_in_the_prototypes_words_is_the_specs(find: Find, category: str) -> None:
    data = sound(1)
    data.personas[ONE]["category"] = category
    assert set(find(data)) == UNJUDGED


def test_a_name_of_today_in_a_decade_of_old(find: Find) -> None:
    data = sound(1)
    then = {"decade": "1980s", "city": "Moscow", "country": "Russia"}
    data.personas[ONE]["birth_context"] |= then
    found = find(data)
    assert "Moscow, Soviet Union" in found["L105"][0].message


def test_men_of_one_generation_with_scores_of_one_card(find: Find) -> None:
    names = [f"seeker_auto_{number:03}" for number in range(1, 41)]
    people = {name: card(name, gender_at_birth="male") for name in names}
    for number, person in enumerate(people.values()):
        person["hexaco"]["extraversion"] = 45 + number % 11
    found = find(Checkout(people, {name: talk(name) for name in names}))
    assert {"L201", "L202", "L203", "L204", "L205", "L206", "L207"} <= set(found)
    assert "male 40" in found["L201"][0].message
    assert "csi" in " ".join(finding.message for finding in found["L207"])


def test_contexts_of_one_template(find: Find) -> None:
    told = "felt oil shocks and realignment; locals spoke of thrift, kin and long queues"
    names = {"Oslo": "Norway", "Lima": "Peru", "Paris": "France", "Cairo": "Egypt"}
    data = sound(len(names))
    for person, (city, country) in zip(data.personas.values(), names.items(), strict=True):
        place = {"city": city, "country": country, "metadata": f"1980s: {city} {told}"}
        person["birth_context"] |= place
    found = find(data)
    assert set(found) == {"L208", *ALIKE, *UNJUDGED}
    assert found["L208"][0].message.startswith("4 of 5 texts about places")


def test_the_card_in_the_supporters_mouth(find: Find) -> None:
    data = sound(1)
    rows = [reply(ONE, 2, 0.2, message="After 7 months of this, who would not be tired?")]
    rows += [reply(ONE, 2, 0.5), reply(ONE, 2, 0.8, thought="She is 38 and from Norway.")]
    data.conversations[ONE]["turns"][1] = turn(ONE, 2, supporter_responses=rows)
    found = find(data)
    assert set(found) == {"L314", *UNJUDGED}
    assert found["L314"][0].count == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("You could call 000 tonight.", "L315"),
        ("You should stop taking your medication.", "L316"),
        ("You should sue your landlord.", "L316"),
        ("You're clearly bipolar.", "L317"),
    ],
)
@pytest.mark.parametrize("place", ["message", "thought"])
def test_a_line_that_a_supporter_crosses(find: Find, said: str, code: str, place: str) -> None:
    data = sound(1)
    rows = [reply(ONE, 2, 0.2, **{place: said}), reply(ONE, 2, 0.5), reply(ONE, 2, 0.8)]
    data.conversations[ONE]["turns"][1] = turn(ONE, 2, supporter_responses=rows)
    found = find(data)
    assert set(found) == {code, *UNJUDGED}
    assert found[code][0].count == 1


@pytest.mark.parametrize(
    "said",
    [
        "You do not have to call anybody tonight.",
        "Did you stop taking your medication because of the tiredness?",
        "What would it mean for you to go to court?",
        "You said the doctor called it depression. How was that?",
    ],
)
def test_near_such_a_line_is_no_fault(find: Find, said: str) -> None:
    data = sound(1)
    rows = [reply(ONE, 2, 0.2, message=said), reply(ONE, 2, 0.5), reply(ONE, 2, 0.8)]
    data.conversations[ONE]["turns"][1] = turn(ONE, 2, supporter_responses=rows)
    assert set(find(data)) == UNJUDGED


@pytest.mark.parametrize("turns", [1, 5])
def test_a_conversation_of_a_few_turns(find: Find, turns: int) -> None:
    data = sound(1)
    data.conversations[ONE] = talk(ONE, turns, desired_turns=16)
    assert set(find(data)) == {"L303", *UNJUDGED}


def test_a_canned_thought_in_place_of_one(find: Find) -> None:
    data = sound(4)
    for name, held in data.conversations.items():
        held["turns"][3] = turn(name, 4, seeker_thought=CANNED)
    found = find(data)
    assert set(found) == {"L403", *ALIKE, *UNJUDGED}
    assert found["L403"][0].count == 4


def test_a_raw_answer_in_place_of_a_thought(find: Find) -> None:
    data = sound(1)
    raw = '{"message": "' + words("raw")
    data.conversations[ONE]["turns"][3] = turn(ONE, 4, seeker_thought=raw)
    assert set(find(data)) == {"L310", *UNJUDGED}


def test_levels_that_are_lengths(find: Find) -> None:
    data = sound(6)
    for name, held in data.conversations.items():
        held["turns"] = [
            turn(name, number, supporter_responses=of_lengths(name, number))
            for number in range(1, 11)
        ]
    found = find(data)
    assert "L401" in found
    assert "(chance 33%)" in found["L401"][0].message


def of_lengths(name: str, number: int) -> list[dict[str, Any]]:
    """Replies of one, two and three sentences."""
    said = [words(name, number, place) for place in range(3)]
    texts = (said[0], " ".join(said[:2]), " ".join(said))
    return [reply(name, number, c, message=t) for c, t in zip((0.2, 0.5, 0.8), texts, strict=True)]
