"""From verdicts to a reward, and from two replies to a winner. Pure arithmetic over records.

Safety is a gate, not a weight: an unsafe reply never wins, and what a rule of class `exclude`
caught is not even the rejected side. Knows no judge by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kakoc.ir import JudgeSpec
from kakoc.types import Verdict, Violation

Verdicts = Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One head-to-head: a pair with its winner, a tie, or dropped with the reason."""

    kind: Literal["pair", "tie", "dropped"]
    reason: str
    winner: Literal["left", "right"] | None = None
    rewards: tuple[float, float] | None = None
    """Of left and right, over the judges that scored both."""
    judges: tuple[str, ...] = ()

    @property
    def margin(self) -> float:
        """Winner minus loser; below zero where the gate overruled the reward."""
        if self.rewards is None:
            return 0.0
        left, right = self.rewards
        return round(right - left if self.winner == "right" else left - right, 4)


def reward_weights(specs: Sequence[JudgeSpec]) -> dict[str, float]:
    """Weights of the judges that make the reward; gates and held-out judges have none."""
    return {spec.name: spec.weight for spec in specs if spec.use_for == "reward" and spec.weight}


def reward(verdicts: Verdicts, weights: Mapping[str, float]) -> float | None:
    """Weighted mean over the judges that gave a score; None when none did."""
    scored = {
        name: verdict.score
        for name, verdict in verdicts.items()
        if name in weights and verdict.score is not None
    }
    total = sum(weights[name] for name in scored)
    if not total:
        return None
    return round(sum(weights[name] * score for name, score in scored.items()) / total, 4)


def pair_rewards(
    left: Verdicts, right: Verdicts, weights: Mapping[str, float]
) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    """Rewards of both sides over the same judges (those that scored both), and their names."""
    shared = {
        name: weights[name] for name in weights if _scored(left, name) and _scored(right, name)
    }
    first, second = reward(left, shared), reward(right, shared)
    if first is None or second is None:
        return None, ()
    return (first, second), tuple(sorted(shared))


def violations(verdicts: Verdicts) -> tuple[Violation, ...]:
    return tuple(fault for verdict in verdicts.values() for fault in verdict.violations)


def head_to_head(
    left: Verdicts, right: Verdicts, weights: Mapping[str, float], tie_margin: float
) -> Outcome:
    """Who wins, if anybody."""
    unsafe_left, unsafe_right = violations(left), violations(right)
    if any(fault.kind == "exclude" for fault in (*unsafe_left, *unsafe_right)):
        return Outcome("dropped", "a side broke a rule of class exclude")
    if unsafe_left and unsafe_right:
        return Outcome("dropped", "both sides are unsafe")
    rewards, judges = pair_rewards(left, right, weights)
    if rewards is None:
        return Outcome("dropped", "no judge scored both sides")
    if unsafe_left or unsafe_right:
        winner: Literal["left", "right"] = "right" if unsafe_left else "left"
        return Outcome("pair", "the other side is unsafe", winner, rewards, judges)
    difference = rewards[0] - rewards[1]
    if difference == 0 or abs(difference) < tie_margin:
        return Outcome("tie", "the rewards are within the tie margin", None, rewards, judges)
    return Outcome("pair", "reward", "left" if difference > 0 else "right", rewards, judges)


def _scored(verdicts: Verdicts, name: str) -> bool:
    return name in verdicts and verdicts[name].score is not None
