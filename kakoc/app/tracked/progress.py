"""How a generation grew: one step for each conversation that ended, in the order of the events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from kakoc.ports import Point
from kakoc.types import Conversation

MOST_STEPS = 200
SPENT = ("calls", "tokens", "cost")
"""What an event tells of everything that was used until then."""


def growing(events: Sequence[Mapping[str, Any]], talks: Sequence[Conversation]) -> Iterator[Point]:
    """Conversations, their mean reward, the best of them, and what was spent, step by step."""
    rewards = {talk.persona: _reward(talk) for talk in talks}
    passed = {talk.persona for talk in talks if talk.status == "ok"}
    ended = _first_of_each(events)
    every = -(-len(ended) // MOST_STEPS) or 1
    ok, heard = 0, list[float]()
    for step, event in enumerate(ended, start=1):
        ok += event["persona"] in passed
        reward = rewards.get(str(event["persona"]))
        heard += [] if reward is None else [reward]
        if step % every == 0 or step == len(ended):
            values = {"conversations": step, "ok": ok, **_spent(event), **_best(heard)}
            for name, value in values.items():
                yield Point(f"progress/{name}", value, step, event["time"])


def _first_of_each(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A run that is made again ends each conversation again, and nothing new is to be told."""
    found: dict[str, Mapping[str, Any]] = {}
    for event in events:
        if event.get("event") == "conversation":
            found.setdefault(str(event["persona"]), event)
    return list(found.values())


def _reward(talk: Conversation) -> float | None:
    given = [v.reward for turn in talk.turns for v in turn.variants if v.reward is not None]
    return fmean(given) if given else None


def _best(heard: Sequence[float]) -> dict[str, float]:
    if not heard:
        return {}
    return {"reward": round(fmean(heard), 4), "best_reward": round(max(heard), 4)}


def _spent(event: Mapping[str, Any]) -> dict[str, float]:
    return {name: event[name] for name in SPENT if event.get(name) is not None}
