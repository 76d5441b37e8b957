"""What a Supporter is told, and which texts reach the data: hard lines come before everything."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest
from run_kit import PROSE, ScoreJudge, World, caught, fine, instead, said
from scripted import Answer, Asked

from kakoc.emit.roles import visible_paths
from kakoc.run.dialogue import Held, converse
from kakoc.run.pairs import make_pairs
from kakoc.run.personas import write_persona
from kakoc.types import Failure, Persona


def planted(value: Any, path: str = "") -> Any:
    """The card with a marker in the place of every text and an odd number for every number."""
    if isinstance(value, dict):
        return {key: planted(item, f"{path}.{key}".strip(".")) for key, item in value.items()}
    if isinstance(value, list):
        return [planted(item, path) for item in value]
    number = int(hashlib.sha256(path.encode()).hexdigest(), 16) % 10**9 + 10**9
    return f"<{path}>" if isinstance(value, str) else number


def leaves(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {leaf for item in value.values() for leaf in leaves(item)}
    if isinstance(value, list):
        return {leaf for item in value for leaf in leaves(item)}
    return {str(value)}


async def test_the_supporter_is_told_the_place_and_its_style_and_nothing_of_the_person(
    world: World,
) -> None:
    card = planted(world.persona().card)
    card["csi"] = world.persona().card["csi"] | {"directness": 123456789}
    persona = world.persona().model_copy(update={"card": card})
    run = world.run(lookahead=True, best_of=2)
    await converse(run.context, persona)
    seen = visible_paths(world.ir.persona_schema, "supporter")
    told = "\n".join(asked.text for asked in run.model.of("supporter"))
    markers = {leaf for leaf in leaves(card) if len(leaf) > 6}
    assert len(markers) > 40
    assert {leaf for leaf in markers if leaf in told} == {f"<{path}>" for path in seen}
    assert len(seen) == 9
    heard = "\n".join(asked.text for asked in run.model.of("seeker"))
    assert "<presenting_problem.summary>" in heard


async def test_the_seeker_never_sees_the_supporters_rules_nor_the_supporter_a_thought(
    world: World,
) -> None:
    run = world.run(instead("seeker", lambda asked: _thinking(asked)))
    await converse(run.context, world.persona())
    heard = "\n".join(asked.text for asked in run.model.of("seeker"))
    told = "\n".join(asked.text for asked in run.model.of("supporter"))
    assert "Private words" in heard
    assert "Private words" not in told
    for principle in world.ir.constitution:
        assert principle.line.text in told
        assert principle.line.text not in heard
    for level in world.ir.care_levels:
        assert level.guidance[0].text not in heard


def _thinking(asked: Asked) -> str:
    return fine(asked).replace("Hm, well.", "Private words.")


def kept(held: Held) -> str:
    rows = [held.conversation, *held.failures]
    return "\n".join(row.model_dump_json() for row in rows)


@pytest.mark.parametrize("lookahead", [False, True])
@pytest.mark.parametrize("rule", ["minor_present", "graphic_detail", "sexual_content"])
@pytest.mark.parametrize("where", ["supporter", "message", "thought", "broken"])
async def test_an_excluded_text_leaves_the_rule_and_the_hash_and_no_word(
    world: World, rule: str, where: str, lookahead: bool
) -> None:
    text = caught(world.ir, rule)
    shapes = {
        "supporter": text,
        "message": said(text),
        "thought": said("It rains.", thought=text),
        "broken": said(text)[:-3],
    }
    role = "supporter" if where == "supporter" else "seeker"
    script = instead(role, lambda asked: shapes[where] if asked.site.turn == 2 else None)
    held = await converse(
        world.run(script, turns=4, min_turns=1, lookahead=lookahead).context, world.persona()
    )
    assert held.failures
    for fragment in (text, text[:20], text[-20:]):
        assert fragment not in kept(held)
    assert {failure.raw for failure in held.failures} == {""}
    if where != "broken":
        sha = hashlib.sha256(text.encode()).hexdigest()[:12]
        assert {f.reason for f in held.failures} == {f"hard line {rule} (text sha256 {sha})"}


async def test_the_escapes_of_broken_json_hide_nothing(world: World) -> None:
    examples = next(r for r in world.ir.rules if r.id == "minor_present").examples.caught
    text = next(example for example in examples if example.startswith("I'm "))
    broken = said(text)[:-3].replace("'", "\\u2019")
    assert "I\\u2019m " in broken
    script = instead("seeker", lambda asked: broken if asked.site.turn == 2 else None)
    held = await converse(world.run(script).context, world.persona())
    assert [f.raw for f in held.failures if f.stage == "seeker"] == [""]


async def test_an_unreadable_answer_without_harm_is_kept_as_the_reason(world: World) -> None:
    script = instead("seeker", lambda asked: '{"thought": "Hm' if asked.site.turn == 2 else None)
    held = await converse(world.run(script).context, world.persona())
    assert [f.raw for f in held.failures if f.stage == "seeker"] == ['{"thought": "Hm']


async def test_a_losing_text_is_kept_labelled_and_never_goes_on(world: World) -> None:
    text = caught(world.ir, "diagnosis")
    script = instead("supporter", lambda asked: text if asked.site.variant == "0.8/0" else None)
    judges = [ScoreJudge("empathy", lambda item: item.care)]
    for lookahead in (False, True):
        run = world.run(script, judges=judges, continuation=0.8, lookahead=lookahead)
        held = await converse(run.context, world.persona())
        for turn in held.conversation.turns:
            unsafe = turn.variants[2]
            assert (unsafe.status, unsafe.text) == ("ok", text)
            assert [(v.rule, v.kind) for v in unsafe.violations] == [("diagnosis", "lose")]
            assert turn.chosen == 0.5
        pairs = make_pairs(world.ir, [world.persona()], [held.conversation])
        lost = [pair for pair in pairs.pairs if text in (pair.chosen.text, pair.rejected.text)]
        assert len(lost) == 6
        assert {pair.rejected.violations for pair in lost} == {("diagnosis",)}
        assert all(pair.margin < 0 for pair in lost)


async def test_the_seekers_own_losing_text_is_drawn_again(world: World) -> None:
    contact = "Please write to somebody@example.invalid, I wait."
    script = instead("seeker", lambda asked: said(contact) if asked.site.turn == 2 else None)
    held = await converse(world.run(script).context, world.persona())
    assert held.conversation.ended.startswith("seeker: hard line")
    assert "somebody" not in kept(held)


async def prose(world: World, answer: Answer) -> Persona | Failure:
    run = world.run(instead("persona", lambda asked: answer))
    return await write_persona(run.context, world.rows[0])


async def test_a_persona_is_its_row_with_words(world: World) -> None:
    row = world.rows[0]
    before = copy.deepcopy(row.card)
    persona = await write_persona(world.run().context, row)
    assert isinstance(persona, Persona)
    assert row.card == before
    assert persona.card["presenting_problem"]["summary"] == PROSE["summary"]
    social = persona.card["current_socio_demographics"]
    assert social["societal_perceptions"] == PROSE["societal_perceptions"]
    assert social["age"] == before["current_socio_demographics"]["age"]


async def test_an_excluded_persona_is_rejected_without_its_words(world: World) -> None:
    text = caught(world.ir, "minor_present")
    failure = await prose(world, json.dumps({**PROSE, "in_own_words": text}))
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.status, failure.raw) == ("persona", "rejected", "")
    assert failure.reason.startswith("hard line minor_present (text sha256 ")
    assert text not in failure.model_dump_json()
