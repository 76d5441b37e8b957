"""A checkout of the prototype becomes records; what cannot be read becomes a failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kakoverse_kit import LEVELS, MODEL, TURNS, Checkout, card, reply, sound, talk, turn

from kakoc.store.kakoverse import Imported, Names, is_checkout, read_checkout

ONE = "seeker_auto_001"
NAMES = Names(
    city=lambda name: {"Oslo": "oslo"}.get(name, ""),
    problem=lambda name: name if name == "burnout" else "",
)


def read(checkout: Checkout, folder: Path, below: str = "Artifacts") -> Imported:
    return read_checkout(checkout.write(folder / "data", below), NAMES)


def read_turn(row: Any, folder: Path) -> Imported:
    return read(Checkout({ONE: card(ONE)}, {ONE: talk(ONE, turns=0) | {"turns": [row]}}), folder)


@pytest.mark.parametrize("below", ["Artifacts", ""])
def test_both_layouts_of_the_folder_are_read(tmp_path: Path, below: str) -> None:
    made = read(sound(3), tmp_path, below)
    assert made.files == 6
    assert made.failures == []
    assert [persona.id for persona in made.personas] == [f"seeker_auto_00{n}" for n in (1, 2, 3)]
    assert [len(held.turns) for held in made.conversations] == [TURNS] * 3


def test_the_layouts_give_the_same_data(tmp_path: Path) -> None:
    whole, bare = read(sound(), tmp_path / "whole"), read(sound(), tmp_path / "bare", "")
    assert whole == bare


def test_a_folder_of_something_else_is_no_checkout(tmp_path: Path) -> None:
    (tmp_path / "personas").mkdir()
    assert not is_checkout(tmp_path)
    assert is_checkout(sound().write(tmp_path / "data"))


def test_a_card_loses_nothing(tmp_path: Path) -> None:
    given = card(ONE, notes={"of": ["no", "field", "of", "ours"]}, city_keys=["Oslo|Norway"])
    (persona,) = read(Checkout({ONE: given}), tmp_path).personas
    assert contains(persona.card, given | {"current_socio_demographics": {}})
    now, before = (c["current_socio_demographics"] for c in (persona.card, given))
    assert now["current_location"] == {"city": "Oslo", "country": "Norway"}
    assert now | {"current_location": ""} == before | {"current_location": "", "decade": "2020s"}
    assert now["location_current"] == before["current_location"]


def contains(whole: Any, part: Any) -> bool:
    """Whether every value of `part` stands unchanged in `whole`."""
    if isinstance(part, dict):
        return all(name in whole and contains(whole[name], value) for name, value in part.items())
    return bool(whole == part)


def test_city_and_problem_get_the_specs_names(tmp_path: Path) -> None:
    (persona,) = read(Checkout({ONE: card(ONE)}), tmp_path).personas
    assert (persona.city, persona.problem, persona.language) == ("oslo", "burnout", "en")


def test_an_unknown_city_keeps_its_name_and_an_unknown_problem_is_empty(tmp_path: Path) -> None:
    given = card(ONE, category="homesickness")
    given["current_socio_demographics"]["current_location"] = "Bergen, Norway"
    (persona,) = read(Checkout({ONE: given}), tmp_path).personas
    assert (persona.city, persona.problem) == ("Bergen", "")


def test_a_crisis_profile_goes_to_its_card(tmp_path: Path) -> None:
    profiles = {ONE: {"age": 38}, "seeker_auto_777": {"age": 40}}
    made = read(Checkout({ONE: card(ONE)}, {}, profiles), tmp_path)
    assert made.personas[0].card["crisis_profile"] == {"age": 38}
    (failure,) = made.failures
    assert (failure.persona, failure.reason) == ("seeker_auto_777", "a crisis profile of nobody")


def test_what_the_conversation_was_held_with_stands_in_the_card(tmp_path: Path) -> None:
    (persona,) = read(sound(1), tmp_path).personas
    assert persona.card["crisis_context"]["age"] == 38


def test_a_conversation_keeps_who_said_what(tmp_path: Path) -> None:
    (held,) = read(sound(1), tmp_path).conversations
    given = talk(ONE)
    assert (held.id, held.persona, held.status) == (f"{ONE}-c1", ONE, "ok")
    assert (held.city, held.ended) == ("oslo", "turns")
    for row, told in zip(given["turns"], held.turns, strict=True):
        assert told.index == row["turn_index"]
        assert told.seeker.message == row["seeker_message"]
        assert told.seeker.thought == row["seeker_thought"]
        assert told.chosen == row["canonical_care_level"]
        assert {v.care: v.text for v in told.variants} == {
            r["care_level"]: r["message"] for r in row["supporter_responses"]
        }
        assert {v.model for v in told.variants} == {MODEL} == {told.model}


def test_nothing_that_was_not_told_is_made_up(tmp_path: Path) -> None:
    (held,) = read(sound(1), tmp_path).conversations
    for told in held.turns:
        assert told.seeker.distress is None
        assert all(not v.verdicts and v.reward is None for v in told.variants)


def test_the_chosen_reply_knows_what_the_seeker_said_next(tmp_path: Path) -> None:
    (held,) = read(sound(1), tmp_path).conversations
    for told, after in zip(held.turns, held.turns[1:], strict=False):
        for variant in told.variants:
            assert variant.next_seeker == (after.seeker if variant.care == told.chosen else None)
    assert all(variant.next_seeker is None for variant in held.turns[-1].variants)


def test_what_our_records_have_no_field_for_stands_in_the_context(tmp_path: Path) -> None:
    (held,) = read(sound(1), tmp_path).conversations
    assert held.context["crisis_context"]["summary"] == "Burnout at work."
    first = held.context["turns"][0]
    assert first["index"] == 1
    assert first["replies"]["0.5"] == {
        name: value for name, value in reply(ONE, 1, 0.5).items() if name in ("style", "thought")
    }


def test_a_conversation_that_ended_early_says_so(tmp_path: Path) -> None:
    short = talk(ONE, 3, desired_turns=12)
    (held,) = read(Checkout({ONE: card(ONE)}, {ONE: short}), tmp_path).conversations
    assert held.ended == "after 3 of 12 turns"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"id": ', "is not JSON"),
        ("", "is not JSON"),
        ('{"age": NaN}', "is not JSON"),
        ('{"age": 1e999}', "is not JSON"),
        ('{"id": "\\ud800"}', "is not JSON"),
        ("[1, 2]", "holds no JSON object"),
        ("[" * 100_000, "is not JSON"),
    ],
)
@pytest.mark.parametrize("kind", ["personas", "conversations", "crisis_profiles"])
def test_a_malformed_file_is_a_failure_with_its_reason(
    tmp_path: Path, kind: str, text: str, reason: str
) -> None:
    data = sound(1)
    getattr(data, kind)["seeker_auto_009"] = text
    made = read(data, tmp_path)
    (failure,) = made.failures
    assert (failure.stage, failure.status) == ("import", "failed")
    assert failure.persona == "seeker_auto_009"
    assert failure.reason.startswith(f"{kind}/seeker_auto_009.json ")
    assert reason in failure.reason
    assert failure.raw == text[:100_000]
    assert (len(made.personas), len(made.conversations)) == (1, 1)


def test_a_file_that_is_no_text_is_a_failure(tmp_path: Path) -> None:
    folder = sound(1).write(tmp_path / "data")
    (folder / "Artifacts" / "personas" / "odd.json").write_bytes(b"\xff\xfe\x00{")
    (failure,) = read_checkout(folder, NAMES).failures
    assert failure.persona == "odd"


def test_a_second_card_of_one_id_is_a_failure(tmp_path: Path) -> None:
    made = read(Checkout({ONE: card(ONE), "twin": card(ONE)}), tmp_path)
    assert len(made.personas) == 1
    (failure,) = made.failures
    assert failure.reason == f"a second card with the id {ONE}"
    assert json.loads(failure.raw) == card(ONE)


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        (None, "a turn without a list of replies"),
        (["well"], "a reply without a care level"),
        ([{"message": "well"}], "a reply without a care level"),
        ([reply(ONE, 1, 0.5, care_level=True)], "a reply without a care level"),
        ([reply(ONE, 1, 0.5, message=None)], "a reply without a message"),
        ([reply(ONE, 1, 0.5), reply(ONE, 1, 0.5)], "a second reply at this care level"),
    ],
)
def test_a_reply_that_cannot_be_read_is_a_failure(
    tmp_path: Path, replies: Any, reason: str
) -> None:
    made = read_turn(turn(ONE, 1, supporter_responses=replies), tmp_path)
    (failure,) = made.failures
    assert (failure.persona, failure.turn, failure.reason) == (ONE, 1, reason)
    assert len(made.conversations[0].turns) == 1


@pytest.mark.parametrize("row", ["well", 7, {}, turn(ONE, 1, seeker_message=None)])
def test_a_turn_that_cannot_be_read_is_a_failure(tmp_path: Path, row: Any) -> None:
    made = read_turn(row, tmp_path)
    reasons = [failure.reason for failure in made.failures]
    assert reasons == [
        "a turn without a Seeker message",
        "the conversation has no turn that can be read",
    ]
    assert made.conversations[0].status == "failed"


def test_an_empty_reply_is_a_failed_variant(tmp_path: Path) -> None:
    rows = [reply(ONE, 1, care, message="" if care == 0.5 else "Hm.") for care in LEVELS]
    (held,) = read_turn(turn(ONE, 1, supporter_responses=rows), tmp_path).conversations
    states = [(v.care, v.status, v.reason) for v in held.turns[0].variants]
    assert states == [(0.2, "ok", ""), (0.5, "failed", "empty"), (0.8, "ok", "")]


@pytest.mark.parametrize("chosen", [0.9, None, "0.5", [0.5], {"care": 0.5}])
def test_a_choice_of_no_reply_is_kept_beside_the_turn(tmp_path: Path, chosen: Any) -> None:
    (held,) = read_turn(turn(ONE, 1, canonical_care_level=chosen), tmp_path).conversations
    assert held.turns[0].chosen is None
    assert held.context["turns"][0]["canonical_care_level"] == chosen


def test_the_same_data_are_known_again_and_other_data_are_not(tmp_path: Path) -> None:
    one, same = read(sound(), tmp_path / "one"), read(sound(), tmp_path / "same")
    changed = sound()
    changed.personas[ONE]["hexaco"]["emotionality"] = 51
    assert one.sha256 == same.sha256
    assert one.sha256 != read(changed, tmp_path / "changed").sha256
