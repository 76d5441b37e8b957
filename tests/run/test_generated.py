"""All conversations of a plan: nothing planned is lost, in plan order, whatever fails and when."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest
from dspy.lm15 import AuthError, ServerError
from run_kit import Run, World, fine, instead, said
from scripted import Answer, Asked, Script

from kakoc.errors import ProviderError
from kakoc.run.generate import Generated, generate
from kakoc.run.pairs import make_pairs
from kakoc.run.summary import summarize


async def make(run: Run, count: int) -> Generated:
    return await generate(run.context, run.world.rows[:count])


TROUBLES: tuple[Answer, ...] = (
    ServerError("down"),
    "",
    "{broken",
    "Supporter: no end",
    said("[name] it is."),
    "[x]",
)


def trouble(seed: int, rate: float) -> Script:
    """Fails now and then in one of the ways a model fails; the same for the same call."""

    def script(asked: Asked) -> Answer:
        chance = random.Random(f"{seed} {asked.site} {asked.seed}")
        if chance.random() >= rate:
            return fine(asked)
        return chance.choice(TROUBLES)

    return script


@pytest.mark.parametrize("seed", range(12))
async def test_planned_is_ok_and_failed_and_rejected(world: World, seed: int) -> None:
    rate = (0.02, 0.3, 0.7, 0.95)[seed % 4]
    run = world.run(trouble(seed, rate), at_once=3, lookahead=seed % 3 == 0, turns=4)
    made = await make(run, 6)
    lost = [failure for failure in made.failures if failure.stage == "persona"]
    spoke = [conversation.persona for conversation in made.conversations]
    assert sorted([*spoke, *(f.persona for f in lost)]) == [row.id for row in world.rows]
    assert [persona.id for persona in made.personas] == spoke
    states = [c.status for c in made.conversations] + [failure.status for failure in lost]
    counts = {state: states.count(state) for state in ("ok", "failed", "rejected")}
    assert made.counts == {"planned": 6, **counts}
    for conversation in made.conversations:
        missing = sum(v.status != "ok" for turn in conversation.turns for v in turn.variants)
        told = [f for f in made.failures if f.persona == conversation.persona]
        assert sum(failure.stage == "supporter" for failure in told) == missing
        assert conversation.status == "ok" or any(failure.reason for failure in told)


async def test_the_troubles_of_these_tests_are_of_every_kind(world: World) -> None:
    seen: set[str] = set()
    for seed in range(4):
        rate = (0.02, 0.3, 0.7, 0.95)[seed]
        made = await make(world.run(trouble(seed, rate), turns=4), 6)
        seen |= {name for name, count in made.counts.items() if count}
    assert seen == {"planned", "ok", "failed", "rejected"}


async def test_results_stand_in_plan_order_whatever_the_timing(world: World) -> None:
    plain = await make(world.run(), 5)
    for seed in range(2):
        slow = random.Random(seed)
        delays = {row.id: slow.random() / 50 for row in world.rows}
        run = world.run(at_once=5, delay=lambda asked, d=delays: d[asked.site.persona])
        assert asdict(await make(run, 5)) == asdict(plain)
        finished = [v["persona"] for name, v in run.events if name == "conversation"]
        assert finished == sorted(finished, key=lambda name: delays[name])


async def test_no_more_conversations_at_once_than_allowed(world: World) -> None:
    run = world.run(at_once=2, delay=lambda asked: 0.001)
    await make(run, 5)
    running, most = set(), 0
    for name, values in run.events:
        if name == "persona":
            running.add(values["persona"])
        elif name == "conversation":
            running.discard(values["persona"])
        most = max(most, len(running))
    assert most == 2


async def test_one_persona_more_changes_no_other(world: World) -> None:
    few, more = await make(world.run(), 2), await make(world.run(), 4)
    assert more.conversations[:2] == few.conversations


async def test_a_wrong_key_ends_the_run_with_one_message(world: World) -> None:
    run = world.run(instead("seeker", lambda asked: AuthError("wrong key")), at_once=3)
    with pytest.raises(ProviderError, match="wrong key"):
        await make(run, 3)


async def test_the_events_tell_how_each_conversation_went(world: World) -> None:
    first = world.rows[0].id
    mute = instead("persona", lambda a: "{}" if a.site.persona == first else None)
    run = world.run(mute)
    await make(run, 2)
    ends = [dict(values) for name, values in run.events if name == "conversation"]
    assert ends[0].pop("ended")  # says why
    assert ends == [
        {"persona": first, "status": "rejected", "turns": 0},
        {"persona": world.rows[1].id, "status": "ok", "ended": "turns", "turns": 3},
    ]


async def test_the_summary_counts_what_there_is(world: World) -> None:
    mute = instead("supporter", lambda a: "[x]" if a.site.variant == "0.2/0" else None)
    made = await make(world.run(mute), 2)
    pairs = make_pairs(world.ir, made.personas, made.conversations)
    found = summarize(made, pairs, world.ir.conversation.pairs)
    attempts = 2 * 3 * (2 + 1 + world.ir.conversation.redraws)
    assert found["counts"] == {"planned": 2, "ok": 2, "failed": 0, "rejected": 0}
    assert found["turns"] == 6
    assert found["variants"] == {"planned": 18, "ok": 12, "unsafe": 0, "attempts": attempts}
    counted = {"planned": 18, "pairs": 6, "ties": 0, "dropped": 12}
    assert found["pairs"].items() >= counted.items()
    assert found["pairs"]["drops"] == {"a side has no reply": 12}
    assert sum(found["pairs"]["splits"].values()) == 6
    assert found["pairs"]["baselines"]["care_only"]["pairs"] == 6
    assert set(found["scores"]) == {"0.5", "0.8"}
    close = found["scores"]["0.8"]
    assert close["empathy"] == {"mean": 0.8, "n": 6}
    assert close["stabilization"] == {"mean": 0.4, "n": 4}
    assert close["reward"]["n"] == 6
    assert close["words"] == {"mean": 9.0, "n": 6}


async def test_a_run_without_anything_has_a_summary_too(world: World) -> None:
    made = await make(world.run(instead("persona", lambda asked: "{}")), 2)
    pairs = make_pairs(world.ir, made.personas, made.conversations)
    found = summarize(made, pairs, world.ir.conversation.pairs)
    assert found["counts"] == {"planned": 2, "ok": 0, "failed": 0, "rejected": 2}
    assert (found["turns"], found["pairs"]["planned"], found["scores"]) == (0, 0, {})
