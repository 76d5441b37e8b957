"""`accept`: the shortest beginning of the plan with so many that are ok, whatever ends first."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest
from dspy.lm15 import ConfigurationError
from run_kit import World, instead
from scripted import Answer, Asked, Script

from kakoc.errors import BudgetError
from kakoc.run.generate import generate


def mute(world: World, *numbers: int) -> Script:
    """Nothing is written for these rows of the plan."""
    refused = {world.rows[number].id for number in numbers}
    return instead("persona", lambda asked: "{}" if asked.site.persona in refused else None)


@pytest.mark.parametrize(
    ("accept", "refused", "begun"),
    [(1, (), 1), (2, (), 2), (2, (0,), 3), (2, (1, 2), 4), (3, (0, 4), 4), (1, (0, 1, 2, 3, 4), 6)],
)
async def test_the_rows_end_with_the_one_that_is_enough(
    world: World, accept: int, refused: tuple[int, ...], begun: int
) -> None:
    run = world.run(mute(world, *refused), at_once=4)
    made = await generate(run.context, world.rows, accept=accept)
    lost = sum(number < begun for number in refused)
    assert made.counts == {"planned": begun, "ok": accept, "failed": 0, "rejected": lost}
    told = {call.site.persona for call in run.model.asked}
    assert told == {row.id for row in world.rows[:begun]}  # no call for a row beyond


async def test_what_ends_first_decides_nothing(world: World) -> None:
    script = mute(world, 0, 2)
    plain = await generate(world.run(script).context, world.rows, accept=3)
    assert plain.counts == {"planned": 5, "ok": 3, "failed": 0, "rejected": 2}
    for seed in range(6):
        slow = random.Random(seed)
        delays = {row.id: slow.random() / 50 for row in world.rows}
        run = world.run(script, at_once=1 + seed, delay=lambda a, d=delays: d[a.site.persona])
        assert asdict(await generate(run.context, world.rows, accept=3)) == asdict(plain)


async def test_a_plan_that_yields_too_few_is_gone_through_to_its_end(world: World) -> None:
    made = await generate(world.run(mute(world, 1, 3)).context, world.rows, accept=5)
    assert made.counts == {"planned": 6, "ok": 4, "failed": 0, "rejected": 2}


async def test_a_spent_budget_ends_the_wait_for_those_that_are_wanted(world: World) -> None:
    first = world.rows[0].id

    def spent(asked: Asked) -> Answer | None:
        error = ConfigurationError("not made")
        error.__cause__ = BudgetError("it is spent")
        return None if asked.site.persona == first else error

    run = world.run(instead("persona", spent), at_once=3)
    with pytest.raises(BudgetError, match="it is spent"):
        await generate(run.context, world.rows, accept=3)
    # Who had begun before ends what is paid for.
    assert [v["persona"] for name, v in run.events if name == "conversation"] == [first]
