"""Counts the events of a run and says how fast it goes. Writes nothing."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kakoc.app import Traffic

WINDOW = 30.0
"""Seconds over which a rate is taken: a model may need many for one turn."""
CLOSEST = 0.2
"""Seconds between two samples, at least."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, at most."""

    conversations: int
    turns: int
    """Of each conversation."""
    until_enough: bool = False
    """Another conversation is held for each that is lost."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was done at one moment."""

    at: float
    calls: int
    tokens: int
    turns: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of a run at one moment."""

    seconds: float
    conversations: dict[str, int]
    """planned, and by status how many are over."""
    turns: dict[str, int]
    """done, and planned: fewer once conversations end early."""
    failures: int
    """Conversations that failed or were rejected, and single messages in them."""
    traffic: Traffic
    calls_per_second: float
    tokens_per_second: float
    """Of replies, as in the manifest."""
    seconds_left: float | None
    """None: nobody can tell."""

    @property
    def over(self) -> int:
        return sum(self.conversations.values()) - self.conversations["planned"]


class Tally:
    """One run's; events are counted by whoever brings them, figures are read from any thread."""

    def __init__(
        self,
        plan: Plan,
        look: Callable[[], Traffic],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan = plan
        self._left_out = 0
        """Turns of the plan that will not be held, because their conversation is over."""
        self._turns: Counter[str] = Counter()
        """Of conversations that are not over, by persona."""
        self._done = 0
        self._failures = 0
        self._over = {"ok": 0, "failed": 0, "rejected": 0}
        self._look = look
        self._clock = clock
        self._began = clock()
        self._samples = deque([Sample(self._began, 0, 0, 0)])

    def count(self, name: str, values: Mapping[str, Any]) -> None:
        """Note one event: a few steps, because a run waits for it."""
        if name == "turn":
            self._done += 1
            self._turns[values["persona"]] += 1
        elif name == "failure":
            self._failures += 1
        elif name == "conversation":
            self._over[values["status"]] += 1
            self._failures += values["status"] != "ok"
            self._left_out += self._plan.turns - self._turns.pop(values["persona"], 0)

    def figures(self) -> Figures:
        """A look at this moment."""
        traffic, now, done = self._look(), self._clock(), self._done
        first = self._sampled(Sample(now, traffic.calls, traffic.usage.completion, done))
        span = max(now - first.at, 1e-6)
        over = dict(self._over)
        more = over["failed"] + over["rejected"] if self._plan.until_enough else 0
        conversations = self._plan.conversations + more
        planned = conversations * self._plan.turns - self._left_out
        return Figures(
            seconds=now - self._began,
            conversations={"planned": conversations, **over},
            turns={"planned": planned, "done": done},
            failures=self._failures,
            traffic=traffic,
            calls_per_second=(traffic.calls - first.calls) / span,
            tokens_per_second=(traffic.usage.completion - first.tokens) / span,
            seconds_left=(planned - done) * span / (done - first.turns)
            if done > first.turns
            else None,
        )

    def _sampled(self, sample: Sample) -> Sample:
        """Keep the sample; returns the one that is a window older."""
        if sample.at - self._samples[-1].at >= CLOSEST:
            self._samples.append(sample)
        while len(self._samples) > 1 and self._samples[1].at <= sample.at - WINDOW:
            self._samples.popleft()
        return self._samples[0]
