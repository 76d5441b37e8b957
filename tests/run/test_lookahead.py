"""Look-ahead: the Seeker answers every variant; what it answers to the chosen one, it said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from run_kit import Run, ScoreJudge, World, caught, fine, instead, said
from scripted import Asked

from kakoc.run.dialogue import Held, converse
from kakoc.types import Conversation


async def hold(run: Run) -> Held:
    return await converse(run.context, run.world.persona())


def looks(run: Run, turn: int) -> list[Asked]:
    return [asked for asked in run.model.of("seeker") if asked.site.turn == turn]


async def test_the_answer_to_the_chosen_variant_is_the_next_message(world: World) -> None:
    run = world.run(lookahead=True)
    turns = (await hold(run)).conversation.turns
    assert len(turns) == 3
    for turn, following in pairwise(turns):
        answers = {v.care: v.next_seeker for v in turn.variants}
        assert len({answer.message for answer in answers.values() if answer}) == 3
        assert answers[turn.chosen or 0] == following.seeker
    assert len(run.model.of("seeker")) == 1 + 3 * 3


async def test_seeds_do_not_depend_on_the_variant(world: World) -> None:
    run = world.run(lookahead=True)
    await hold(run)
    for turn in (2, 3, 4):
        asked = looks(run, turn)
        assert [look.site.variant for look in asked] == ["0.2", "0.5", "0.8"]
        assert len({look.seed for look in asked}) == 1
        assert len({look.last for look in asked}) == 3


async def test_looking_ahead_changes_nothing_that_is_said(world: World) -> None:
    judges = [ScoreJudge("empathy", lambda item: 1.0 if item.care == 0.5 else 0.0)]

    async def conversation(lookahead: bool) -> Conversation:
        run = world.run(lookahead=lookahead, continuation=0.5, turns=6, judges=judges)
        return (await hold(run)).conversation

    with_it, without = await conversation(True), await conversation(False)
    assert [turn.seeker for turn in with_it.turns] == [turn.seeker for turn in without.turns]
    assert [turn.disclosure for turn in with_it.turns] == [t.disclosure for t in without.turns]
    assert [[v.text for v in turn.variants] for turn in with_it.turns] == [
        [v.text for v in turn.variants] for turn in without.turns
    ]


@pytest.mark.parametrize("settled", [0.0, 1.0])
async def test_what_is_remembered_is_what_was_sent(world: World, settled: float) -> None:
    # The judge changes its mind when it hears the next message; the Seeker has spoken by then.
    judges = [ScoreJudge("empathy", lambda item: settled if item.next_seeker else item.care)]
    run = world.run(lookahead=True, turns=4, judges=judges, continuation=0.8)
    await hold(run)
    last = looks(run, 5)[-1].messages
    for turn in (2, 3, 4):
        chosen = next(asked for asked in looks(run, turn) if asked.site.variant == "0.8")
        assert last[: len(chosen.messages)] == chosen.messages


async def test_every_variant_is_judged_by_what_the_seeker_says_to_it(world: World) -> None:
    def calmer_when_close(asked: Asked) -> str:
        distress = 2 if asked.site.variant == "0.8" else 9
        return said(f"{fine(asked)[-30:-3]}.", distress=distress) if asked.site.turn > 1 else ""

    script = instead("seeker", lambda asked: calmer_when_close(asked) or None)
    turn = (await hold(world.run(script, lookahead=True))).conversation.turns[0]
    scores = {v.care: v.verdicts["stabilization"].score for v in turn.variants}
    assert scores == pytest.approx({0.2: 0.1, 0.5: 0.1, 0.8: 0.8})
    expected = 0.6 * 0.8 + 0.2 * 0.5 + 0.2 * 0.8
    assert turn.variants[2].reward == pytest.approx(expected)


async def test_without_look_ahead_only_the_chosen_variant_is_heard(world: World) -> None:
    turns = (await hold(world.run())).conversation.turns
    for turn, following in pairwise(turns):
        answers = {v.care: v.next_seeker for v in turn.variants}
        assert answers == {0.2: None, 0.5: None, 0.8: following.seeker}
    assert {v.next_seeker for v in turns[-1].variants} == {None}


async def test_a_variant_whose_answer_never_passes_does_not_go_on(world: World) -> None:
    bad = caught(world.ir, "minor_present")
    script = instead("seeker", lambda asked: said(bad) if asked.site.variant == "0.8" else None)
    held = await hold(world.run(script, lookahead=True))
    assert [turn.chosen for turn in held.conversation.turns] == [0.5, 0.5, 0.5]
    assert {v.status for turn in held.conversation.turns for v in turn.variants} == {"ok"}
    assert [(f.stage, f.turn, f.care, f.raw) for f in held.failures] == [
        ("lookahead", turn, 0.8, "") for turn in (1, 2, 3)
    ]
