"""A few conversations of a run as traces: what was said and how it was scored, and no thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kakoc.ports import Step, Trace
from kakoc.types import Conversation, Turn, digest

TALKS = 3
"""Conversations of a run that are shown; MLflow stores about a dozen traces a second."""


def sample(talks: Sequence[Conversation], events: Sequence[Mapping[str, Any]]) -> tuple[Trace, ...]:
    """The same few each time, whatever ended first."""
    whole = [talk for talk in talks if talk.status == "ok"]
    drawn = sorted(whole, key=lambda talk: digest([talk.id, "trace"]))[:TALKS]
    times = _times(events)
    return tuple(_trace(talk, times) for talk in drawn)


def _times(events: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], float]:
    """When each turn was over; 0 is when the person was there."""
    found: dict[tuple[str, int], float] = {}
    for event in events:
        if event.get("event") in ("turn", "persona"):
            found.setdefault((str(event["persona"]), int(event.get("turn", 0))), event["time"])
    return found


def _trace(talk: Conversation, times: Mapping[tuple[str, int], float]) -> Trace:
    last = max((at for (who, _), at in times.items() if who == talk.persona), default=0.0)
    return Trace(
        name=talk.id,
        inputs={"city": talk.city, "language": talk.language},
        outputs={"ended": talk.ended, "turns": len(talk.turns)},
        begun=times.get((talk.persona, 0), last),
        steps=[_step(turn, times.get((talk.persona, turn.index), last)) for turn in talk.turns],
    )


def _step(turn: Turn, at: float) -> Step:
    chosen = turn.chosen_variant
    rewards = {f"{v.care:g}": v.reward for v in turn.variants if v.reward is not None}
    said = {"supporter": chosen.text, "care": chosen.care} if chosen else {}
    return Step(
        name=f"turn {turn.index}",
        inputs={"seeker": turn.seeker.message, "distress": turn.seeker.distress},
        outputs={**said, "rewards": rewards},
        at=at,
    )
