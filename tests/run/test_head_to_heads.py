"""Head-to-heads: three a turn, each a pair, a tie or a drop; and what both sides answer."""

from __future__ import annotations

import pytest
from run_kit import ScoreJudge, World, instead

from kakoc.run.dialogue import converse
from kakoc.run.pairs import PairSet, make_pairs, system_message
from kakoc.types import Conversation, JudgeItem


def by_level(plain: float | None, warm: float | None, close: float | None) -> ScoreJudge:
    scores = {0.2: plain, 0.5: warm, 0.8: close}
    return ScoreJudge("empathy", lambda item: scores[item.care or 0])


async def paired(world: World, *judges: ScoreJudge) -> tuple[Conversation, PairSet]:
    run = world.run(judges=list(judges))
    conversation = (await converse(run.context, world.persona())).conversation
    return conversation, make_pairs(world.ir, [world.persona()], [conversation])


async def test_every_turn_gives_three_pairs_with_the_better_side_chosen(world: World) -> None:
    conversation, made = await paired(world, by_level(0.9, 0.1, 0.5))
    assert (made.planned, made.ties, made.drops.total()) == (9, 0, 0)
    sides = [(pair.turn, pair.chosen.care, pair.rejected.care) for pair in made.pairs]
    assert sides == [(t, *s) for t in (1, 2, 3) for s in ((0.2, 0.5), (0.2, 0.8), (0.8, 0.5))]
    assert [pair.margin for pair in made.pairs[:3]] == [0.8, 0.4, 0.4]
    assert len({pair.id for pair in made.pairs}) == 9
    assert made.pairs[0].id == f"{conversation.id}-t01-0.2-0.5"


async def test_margin_scores_and_rewards_belong_to_their_sides(world: World) -> None:
    _, made = await paired(
        world, by_level(0.9, 0.1, 0.5), ScoreJudge("presence", lambda item: item.care)
    )
    for pair in made.pairs:
        assert pair.judges == ("empathy", "presence")
        assert pair.margin == pytest.approx(pair.chosen.reward - pair.rejected.reward)
        assert pair.margin > 0
        for side in (pair.chosen, pair.rejected):
            assert side.scores["presence"] == side.care
            expected = (0.6 * side.scores["empathy"] + 0.2 * side.care) / 0.8
            assert side.reward == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("scores", "pairs", "ties", "drops"),
    [
        ((0.5, 0.5, 0.5), 0, 3, 0),
        ((0.5, 0.51, 0.9), 2, 1, 0),
        ((None, 0.5, 0.9), 1, 0, 2),
        ((None, None, None), 0, 0, 3),
    ],
)
async def test_ties_and_drops_are_counted(
    world: World, scores: tuple[float | None, ...], pairs: int, ties: int, drops: int
) -> None:
    _, made = await paired(world, by_level(*scores))
    assert world.ir.conversation.pairs.tie_margin == 0.02
    assert (len(made.pairs), made.ties, made.drops.total()) == (3 * pairs, 3 * ties, 3 * drops)
    assert made.planned == len(made.pairs) + made.ties + made.drops.total()


async def test_equal_replies_are_a_tie_whatever_the_judges_say(world: World) -> None:
    same = instead("supporter", lambda asked: "The same words for all.")
    run = world.run(same, turns=1, min_turns=1)
    conversation = (await converse(run.context, world.persona())).conversation
    made = make_pairs(world.ir, [world.persona()], [conversation])
    assert (made.planned, made.ties) == (3, 3)


async def test_a_judge_that_scored_one_side_only_does_not_count(world: World) -> None:
    def chosen_only(item: JudgeItem) -> float | None:
        return None if item.next_seeker is None else 1.0

    judges = (by_level(0.9, 0.1, 0.2), ScoreJudge("stabilization", chosen_only))
    _, made = await paired(world, *judges)
    assert {pair.judges for pair in made.pairs} == {("empathy",)}


async def test_the_prompt_is_what_the_supporter_was_told_without_the_care_level(
    world: World,
) -> None:
    run = world.run()
    persona = world.persona()
    conversation = (await converse(run.context, persona)).conversation
    made = make_pairs(world.ir, [persona], [conversation])
    system = run.model.of("supporter")[0].messages[0]
    told = run.model.of("supporter")[-1].messages
    assert made.pairs[-1].prompt[1:-1] == tuple(told[-5:-1])
    assert system == {"role": "system", "content": system_message(world.ir, persona.card)}
    for pair in made.pairs:
        assert pair.prompt[0] == system
        said = [turn.seeker.message for turn in conversation.turns[: pair.turn]]
        assert [m["content"] for m in pair.prompt if m["role"] == "user"] == said
        heard = [turn.variants[2].text for turn in conversation.turns[: pair.turn - 1]]
        assert [m["content"] for m in pair.prompt if m["role"] == "assistant"] == heard
        for level in world.ir.care_levels:
            assert level.guidance[0].text not in str(pair.prompt)


async def test_a_failed_conversation_gives_no_pairs(world: World) -> None:
    conversation, _ = await paired(world)
    failed = conversation.model_copy(update={"status": "failed"})
    made = make_pairs(world.ir, [world.persona()], [failed])
    assert (made.planned, made.pairs) == (0, [])
