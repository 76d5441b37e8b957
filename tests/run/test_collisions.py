"""Texts that are too close to earlier ones: decided in plan order, whoever answers first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dspy.utils.exceptions import LMConfigurationError
from run_kit import DictMemo, Run, World, fine, instead, phrase, said
from scripted import Asked

from kakoc.errors import BudgetError
from kakoc.plan import spares
from kakoc.run.collisions import Collisions, Foreign, Told
from kakoc.run.generate import COLLISION, Generated, generate
from kakoc.run.personas import in_one, prose_of
from kakoc.types import Failure

WORDS = 4096
LIMITS = {"persona": 0.9, "conversation": 0.9}
PLANTED = "Every evening ends at the same window, and the street below is quiet."


class WordEmbedder:
    """Texts that share most of their words are close; counts what it is asked."""

    name = "words@1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        found = np.zeros((len(texts), WORDS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                found[row, sum(word.encode()) * 31 % WORDS] += 1
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def prose(asked: Asked, planted: Callable[[Asked], bool]) -> str:
    """Prose of its own for each person and seed, or the planted one."""
    words = f"So {phrase(asked.text, asked.seed)} stays with them."
    summary = PLANTED if planted(asked) else words
    one, two = (f"Here {phrase(asked.seed, asked.text, n)} is usual." for n in (1, 2))
    if planted(asked):
        one, two = "Around them nobody speaks.", "I have forgotten how an easy day goes."
    told = {"societal_perceptions": one, "summary": summary, "in_own_words": two}
    return json.dumps(told)


def first_draw(*people: str) -> Callable[[Asked], bool]:
    """True at the first draw of each of these people."""
    drawn: set[str] = set()

    def planted(asked: Asked) -> bool:
        who = asked.site.persona
        is_first = who in people and (who not in drawn or (who, asked.seed) in seen)
        if is_first:
            drawn.add(who)
            seen.add((who, asked.seed))
        return is_first

    seen: set[tuple[str, int]] = set()
    return planted


def run_with(
    world: World, memo: DictMemo, embedder: WordEmbedder, foreign: Foreign, **settings: Any
) -> Generated:
    run: Run = world.run(settings.pop("script"), delay=settings.pop("delay"), at_once=6)
    collisions = Collisions(embedder, memo, LIMITS, foreign)
    context = replace(run.context, memo=memo, collisions=collisions)
    rows = list(world.rows[: settings.pop("people", 3)])
    return asyncio.run(generate(context, rows, spares(world.ir, len(rows))))


def made_by(world: World, **settings: Any) -> Generated:
    given = {
        "memo": DictMemo(),
        "embedder": WordEmbedder(),
        "foreign": Foreign(),
        "delay": lambda asked: 0.0,
        **settings,
    }
    return run_with(world, **given)


def collisions_of(made: Generated) -> list[Failure]:
    return [failure for failure in made.failures if failure.stage == COLLISION]


def summaries(made: Generated) -> list[str]:
    return [one.card["presenting_problem"]["summary"] for one in made.personas]


def late(*people: str) -> Callable[[Asked], float]:
    return lambda asked: 0.05 if asked.site.persona in people else 0.0


@pytest.mark.parametrize("slow", [(), ("seeker_001",), ("seeker_003",)])
def test_of_two_planted_personas_the_later_in_the_plan_is_drawn_again(
    world: World, slow: tuple[str, ...]
) -> None:
    planted = first_draw("seeker_001", "seeker_003")
    script = instead("persona", lambda asked: prose(asked, planted))
    made = made_by(world, script=script, delay=late(*slow))
    (met,) = collisions_of(made)
    assert (met.persona, met.status, met.turn) == ("seeker_003", "rejected", None)
    assert met.reason == "too close to seeker_001 (1.00)"
    assert PLANTED in met.raw
    assert [PLANTED in text for text in summaries(made)] == [True, False, False]
    assert [one.attempts for one in made.personas] == [1, 1, 2]
    assert made.collisions == {"persona": 1, "conversation": 0}
    assert made.counts == {"planned": 3, "ok": 3, "failed": 0, "rejected": 0}


def test_what_is_near_and_not_the_same_is_caught_too(world: World) -> None:
    def script(asked: Asked) -> str:
        told = json.loads(prose(asked, lambda asked: True))
        if asked.site.persona == "seeker_002" and asked.seed == first:
            told["summary"] = told["summary"].replace("quiet", "calm")
        return json.dumps(told)

    first = world.run().context.seeds("seeker_002", "persona")[0]
    made = made_by(world, script=instead("persona", script), people=2)
    assert all("seeker_001" in met.reason for met in collisions_of(made))
    assert "(0.9" in collisions_of(made)[0].reason


def test_who_never_differs_is_rejected_and_the_spares_are_tried(world: World) -> None:
    script = instead("persona", lambda asked: prose(asked, lambda asked: True))
    made = made_by(world, script=script, people=2)
    refused = [failure for failure in made.failures if failure.stage == "persona"]
    assert made.counts == {"planned": 2, "ok": 1, "failed": 0, "rejected": 1}
    assert len(refused) == 1 + world.ir.conversation.spares
    draws = 1 + world.ir.conversation.redraws
    assert len(collisions_of(made)) == draws * len(refused)
    assert refused[-1].reason.startswith("too close to seeker_001")


def test_openings_are_compared_and_later_messages_are_not(world: World) -> None:
    def same(asked: Asked) -> str | None:
        first = asked.seed in openings
        return said("The kitchen light is on and nobody sits there with me.") if first else None

    seeds = [world.run().context.seeds(row.id, "seeker", 1)[0] for row in world.rows[:2]]
    openings = set(seeds)
    script = instead("seeker", same)

    def both(asked: Asked) -> Any:
        if asked.site.role == "persona":
            return prose(asked, lambda asked: False)
        return script(asked)

    made = made_by(world, script=both, people=2)
    (met,) = collisions_of(made)
    assert (met.persona, met.turn) == ("seeker_002", 1)
    assert made.conversations[1].turns[0].attempts == 2
    assert made.counts["ok"] == 2


def test_texts_of_another_run_count_as_earlier(world: World) -> None:
    once = first_draw("seeker_001")
    script = instead("persona", lambda asked: prose(asked, once))
    plain = made_by(world, script=script, people=1)
    text = in_one(prose_of(world.ir.persona_schema, plain.personas[0].card))
    assert PLANTED in text
    foreign = Foreign("other", lambda kind: [Told("old/seeker_009", text)])
    made = made_by(world, script=script, foreign=foreign, people=1)
    assert not collisions_of(plain)
    assert [met.reason for met in collisions_of(made)] == ["too close to old/seeker_009 (1.00)"]


def test_a_replay_decides_the_same_and_embeds_nothing(world: World) -> None:
    def make(embedder: WordEmbedder, *slow: str) -> Generated:
        planted = first_draw("seeker_001", "seeker_003")
        script = instead("persona", lambda asked: prose(asked, planted))
        given = {"script": script, "delay": late(*slow)}
        return made_by(world, memo=memo, embedder=embedder, **given)

    memo, first, second = DictMemo(), WordEmbedder(), WordEmbedder()
    once, again = make(first, "seeker_001"), make(second, "seeker_003", "seeker_002")
    assert once == again
    assert first.asked
    assert not second.asked


def test_rows_that_wait_end_with_the_budget(world: World) -> None:
    def spent(asked: Asked) -> str | None:
        if asked.site.persona != "seeker_001":
            return prose(asked, lambda asked: False)
        error = LMConfigurationError("no call")
        error.__cause__ = BudgetError("all spent")
        raise error

    script = instead("persona", spent)
    with pytest.raises(BudgetError, match="all spent"):
        made_by(world, script=script, delay=late("seeker_001"))


def test_rows_made_apart_are_looked_over_in_plan_order() -> None:
    def rows(*texts: str) -> list[Any]:
        return [{"persona": Told(str(n), text)} for n, text in enumerate(texts)]

    def look(*texts: str) -> bool:
        return Collisions(WordEmbedder(), DictMemo(), LIMITS).any_of(rows(*texts))

    assert look("one lamp burns", "two doors close", "one lamp burns")
    assert not look("one lamp burns", "two doors close")


def test_without_collisions_nothing_is_compared(world: World) -> None:
    made = asyncio.run(generate(world.run(fine).context, list(world.rows[:2])))
    assert made.collisions == {"persona": 0, "conversation": 0}
