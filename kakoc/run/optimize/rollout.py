"""A short rollout: whole conversations with either prompt, because a reply is not a conversation.

The same people, the same chance; only the Supporter's words differ. A confirmation with few people:
it is told with its interval and decides nothing. Knows no table and no file.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

import numpy as np

from kakoc.judging.regression import Rows, bootstrap_interval
from kakoc.run.cast import Speaker
from kakoc.run.context import RunContext
from kakoc.run.dialogue import converse
from kakoc.run.optimize.program import with_words
from kakoc.run.optimize.watch import Candidate
from kakoc.types import Conversation, Persona

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Held:
    """One conversation, in numbers."""

    city: str
    reward: float | None
    """Mean over the replies that were judged."""
    distress: int | None
    """Of the Seeker at its last turn."""
    turns: int


def rollout(
    context: RunContext, program: Any, best: Candidate, people: Sequence[Persona], turns: int
) -> dict[str, Any]:
    """Hold conversations with the prompt as it is, and with the best one.

    Args:
        program: what was searched; lends its module.
        people: held-out ones.
    """
    short = context.profile.model_copy(update={"turns": turns, "min_turns": 1, "exact_turns": True})
    plain = replace(context, profile=short, notify=lambda *_: None)
    speaker = _speaking(context.cast.supporter, with_words(program, best.words), best.id)
    better = replace(plain, cast=replace(context.cast, supporter=speaker))
    before, after = asyncio.run(_both((plain, better), people))
    return {
        "people": len(people),
        "turns": turns,
        "reward": _compared(before, after, lambda held: held.reward),
        "last_distress": _compared(before, after, lambda held: held.distress),
        "turns_held": [sum(held.turns for held in side) for side in (before, after)],
    }


def _speaking(speaker: Speaker, program: Any, name: str) -> Speaker:
    """The role with the words of a candidate, under the candidate's name."""
    role = copy.copy(speaker.role)
    role.module = program.role
    role.prompt = {**speaker.role.prompt, "fingerprint": name}
    return Speaker(role, speaker.lm, speaker.adapter)


async def _both(sides: Sequence[RunContext], people: Sequence[Persona]) -> list[list[Held]]:
    return [await _hold(side, people) for side in sides]


async def _hold(context: RunContext, people: Sequence[Persona]) -> list[Held]:
    places = asyncio.Semaphore(context.at_once)

    async def one(person: Persona) -> Held:
        async with places:
            return _numbers((await converse(context, person)).conversation)

    return list(await asyncio.gather(*(one(person) for person in people)))


def _numbers(talk: Conversation) -> Held:
    replies = [variant for turn in talk.turns for variant in turn.variants]
    rewards = [v.reward for v in replies if v.status == "ok" and v.reward is not None]
    distress = talk.turns[-1].seeker.distress if talk.turns else None
    return Held(talk.city, fmean(rewards) if rewards else None, distress, len(talk.turns))


def _compared(
    before: Sequence[Held], after: Sequence[Held], number: Callable[[Held], float | None]
) -> dict[str, float | int] | None:
    """None where no conversation has the number on both sides."""
    known = [
        (one.city, old, new)
        for one, other in zip(before, after, strict=True)
        if (old := number(one)) is not None and (new := number(other)) is not None
    ]
    if not known:
        return None
    differences = np.array([new - old for _, old, new in known], dtype=np.float64)

    def mean(rows: Rows) -> float:
        return float(differences[rows].mean())

    low, high = bootstrap_interval([city for city, _, _ in known], mean)
    numbers = {
        "before": fmean(old for _, old, _ in known),
        "after": fmean(new for _, _, new in known),
        "difference": float(differences.mean()),
        "low": low,
        "high": high,
    }
    return {**{name: round(value, DIGITS) for name, value in numbers.items()}, "n": len(known)}
