"""One conversation: its turns, its end, what continues, and what it does when nothing passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dspy.lm15 import ServerError
from run_kit import Run, ScoreJudge, World, fine, instead, said

from kakoc.run.dialogue import Held, converse
from kakoc.run.pairs import make_pairs
from kakoc.types import Conversation, JudgeItem, digest

NEVER_PASSES = "[placeholder] it is."


async def hold(run: Run) -> Held:
    return await converse(run.context, run.world.persona())


def cares(conversation: Conversation) -> list[float | None]:
    return [turn.chosen for turn in conversation.turns]


@pytest.mark.parametrize("turns", [1, 4])
async def test_a_conversation_has_its_turns_and_says_why_it_ended(world: World, turns: int) -> None:
    run = world.run(turns=turns, min_turns=1)
    held = await hold(run)
    conversation = held.conversation
    assert (conversation.status, conversation.ended) == ("ok", "turns")
    assert [turn.index for turn in conversation.turns] == list(range(1, turns + 1))
    assert all([v.care for v in turn.variants] == [0.2, 0.5, 0.8] for turn in conversation.turns)
    assert held.failures == []
    assert (len(run.model.of("seeker")), len(run.model.of("supporter"))) == (turns, 3 * turns)
    assert [name for name, _ in run.events] == ["turn"] * turns


async def test_ready_to_close_counts_from_min_turns_on(world: World) -> None:
    def ready(**fields: Any) -> Run:
        closing = instead("seeker", lambda asked: _closing(fine(asked)))
        return world.run(closing, turns=5, min_turns=3, **fields)

    held = await hold(ready())
    assert held.conversation.ended == "ready_to_close"
    assert len(held.conversation.turns) == 3
    assert held.conversation.turns[0].seeker.ready_to_close
    exact = await hold(ready(exact_turns=True))
    assert (exact.conversation.ended, len(exact.conversation.turns)) == ("turns", 5)


def _closing(turn: str) -> str:
    return json.dumps({**json.loads(turn), "ready_to_close": True})


@pytest.mark.parametrize(("fails_at", "status"), [(3, "ok"), (2, "failed"), (1, "failed")])
async def test_a_seeker_that_never_passes_ends_the_conversation(
    world: World, fails_at: int, status: str
) -> None:
    stuck = instead("seeker", lambda a: said(NEVER_PASSES) if a.site.turn >= fails_at else None)
    run = world.run(stuck, turns=5, min_turns=2)
    held = await hold(run)
    assert held.conversation.status == status
    assert len(held.conversation.turns) == fails_at - 1
    assert held.conversation.ended.startswith("seeker: placeholder")
    failure, *whole = held.failures
    # A conversation that failed has a row of its own, so that every failure is one.
    assert [row.stage for row in whole] == (["conversation"] if status == "failed" else [])
    assert (failure.stage, failure.turn, failure.status) == ("seeker", fails_at, "rejected")
    assert failure.raw == NEVER_PASSES
    redraws = world.ir.conversation.redraws
    assert sum(asked.site.turn == fails_at for asked in run.model.of("seeker")) == 1 + redraws


async def test_a_variant_that_never_passes_is_rejected_and_its_head_to_heads_are_drops(
    world: World,
) -> None:
    mute = instead("supporter", lambda a: NEVER_PASSES if a.site.variant == "0.8/0" else None)
    held = await hold(world.run(mute))
    conversation = held.conversation
    assert (conversation.status, cares(conversation)) == ("ok", [0.5, 0.5, 0.5])
    for turn in conversation.turns:
        assert [v.status for v in turn.variants] == ["ok", "ok", "rejected"]
        assert (turn.variants[2].text, turn.variants[2].reward) == ("", None)
        assert turn.variants[2].attempts == 1 + world.ir.conversation.redraws
    assert [(f.stage, f.turn, f.care, f.raw) for f in held.failures] == [
        ("supporter", turn, 0.8, NEVER_PASSES) for turn in (1, 2, 3)
    ]
    pairs = make_pairs(world.ir, [world.persona()], [conversation])
    assert (pairs.planned, sum(pairs.drops.values())) == (9, 6)
    assert set(pairs.drops) == {"a side has no reply"}


async def test_a_failed_call_makes_a_failed_variant(world: World) -> None:
    down = instead("supporter", lambda a: ServerError("down") if "0.2" in a.site.variant else None)
    held = await hold(world.run(down, turns=2))
    assert {turn.variants[0].status for turn in held.conversation.turns} == {"failed"}
    assert {failure.status for failure in held.failures} == {"failed"}
    assert held.failures[0].reason == "LMServerError"
    assert "down" in held.failures[0].raw
    assert held.conversation.turns[0].variants[0].reason == "LMServerError"


async def test_without_any_variant_the_conversation_ends_there(world: World) -> None:
    mute = instead("supporter", lambda a: NEVER_PASSES if a.site.turn == 2 else None)
    held = await hold(world.run(mute, turns=4, min_turns=3))
    assert held.conversation.ended == "no variant could go on"
    assert (held.conversation.status, len(held.conversation.turns)) == ("failed", 2)
    row = held.failures[-1]
    assert (row.stage, row.status, row.reason) == (
        "conversation",
        "failed",
        "no variant could go on",
    )
    assert held.conversation.turns[1].chosen is None


@pytest.mark.parametrize(("policy", "chosen"), [("best", 0.8), (0.2, 0.2), (0.6, 0.5)])
async def test_the_policy_says_which_variant_goes_on(
    world: World, policy: Any, chosen: float
) -> None:
    run = world.run(continuation=policy)
    conversation = (await hold(run)).conversation
    assert cares(conversation) == [chosen] * 3
    told = [asked.last for asked in run.model.of("seeker")[1:]]
    for turn, heard in zip(conversation.turns, told, strict=False):
        assert next(v for v in turn.variants if v.care == chosen).text in heard


async def test_sampling_chooses_by_the_seed_and_not_by_the_reward(world: World) -> None:
    first = cares((await hold(world.run(continuation="sampled", turns=8))).conversation)
    again = cares((await hold(world.run(continuation="sampled", turns=8))).conversation)
    assert first == again
    assert len(set(first)) > 1


async def test_the_best_of_several_draws_is_the_one_the_judges_prefer(world: World) -> None:
    def taste(item: JudgeItem) -> float:
        return int(digest(item.reply), 16) % 1000 / 1000

    run = world.run(judges=[ScoreJudge("empathy", taste)], best_of=4, turns=1, min_turns=1)
    (turn,) = (await hold(run)).conversation.turns
    for variant in turn.variants:
        level = f"{variant.care:g}/"
        offered = [fine(a) for a in run.model.of("supporter") if a.site.variant.startswith(level)]
        assert len(set(offered)) == variant.attempts == 4
        assert variant.text == max(offered, key=lambda text: int(digest(text), 16) % 1000)


async def test_a_safe_draw_beats_an_unsafe_one_with_more_reward(world: World) -> None:
    unsafe = next(r for r in world.ir.rules if r.id == "diagnosis").examples.caught[0]
    script = instead("supporter", lambda a: unsafe if a.site.variant.endswith("/0") else None)
    judges = [ScoreJudge("empathy", lambda item: 1.0 if item.reply == unsafe else 0.1)]
    held = await hold(world.run(script, judges=judges, best_of=2, turns=2))
    variants = [v for turn in held.conversation.turns for v in turn.variants]
    assert {(v.reward, v.violations) for v in variants} == {(0.1, ())}


@pytest.mark.parametrize("score", [1.0, 0.0, 0.6, None])
async def test_disclosure_follows_the_judge_and_distress_follows_nothing(
    world: World, score: float | None
) -> None:
    judges = [ScoreJudge("empathy", lambda item: score), ScoreJudge("presence", lambda item: 1.0)]
    turns = (await hold(world.run(judges=judges))).conversation.turns
    start = world.persona().card["csi"]["self_disclosure_tendency"] / 100
    gain = world.ir.conversation.disclosure.gain
    step = 0.0 if score is None else gain * (score - 0.5)
    moved = [min(1.0, max(0.0, start + step * number)) for number in range(3)]
    assert [turn.disclosure for turn in turns] == pytest.approx(moved, abs=1e-3)
    assert [turn.seeker.distress for turn in turns] == [6, 6, 6]


async def test_the_seeker_is_told_the_level_of_its_disclosure(world: World) -> None:
    levels = [line.text for line in world.ir.conversation.disclosure.levels]
    judges = [ScoreJudge("empathy", lambda item: 1.0)]
    run = world.run(judges=judges, turns=8)
    turns = (await hold(run)).conversation.turns
    for turn, asked in list(zip(turns, run.model.of("seeker"), strict=True))[1:]:
        number = min(len(levels) - 1, int(turn.disclosure * len(levels)))
        assert levels[number] in asked.last
    assert turns[-1].disclosure == 1.0


async def test_guards_off_takes_what_comes_and_draws_once(world: World) -> None:
    stub = instead("supporter", lambda asked: "no end [x]")
    run = world.run(stub, guards=False, continuation=0.5)
    conversation = (await hold(run)).conversation
    assert {v.text for turn in conversation.turns for v in turn.variants} == {"no end [x]"}
    assert len(run.model.of("supporter")) == 9


async def test_variants_in_parallel_are_the_variants_one_after_another(world: World) -> None:
    one = await hold(world.run())
    parallel = await hold(world.run(parallel_variants=True, delay=lambda a: a.seed % 7 / 1000))
    assert one.conversation == parallel.conversation
