"""Rewards over what was scored, and a gate that no reward opens."""

from __future__ import annotations

import pytest

from kakoc.ir import Ir
from kakoc.judging import head_to_head, pair_rewards, reward_weights
from kakoc.judging.reward import reward
from kakoc.types import Verdict, Violation

WEIGHTS = {"empathy": 0.6, "presence": 0.2, "stabilization": 0.2}
LOSE = Violation(rule="coercion", kind="lose", excerpt="You must call")
EXCLUDE = Violation(rule="self_harm_means", kind="exclude")


def verdicts(*violations: Violation, **scores: float | None) -> dict[str, Verdict]:
    safety = Verdict(judge="safety", score=float(not violations), violations=violations)
    return {name: Verdict(judge=name, score=score) for name, score in scores.items()} | {
        "safety": safety
    }


GOOD = verdicts(empathy=0.9, presence=0.9)
POOR = verdicts(empathy=0.2, presence=0.4)
UNSAFE = verdicts(LOSE, empathy=1.0, presence=1.0)


def test_weights_of_the_project_leave_the_gate_out(ir: Ir) -> None:
    assert reward_weights(ir.judges) == WEIGHTS


def test_reward_is_over_judges_that_scored() -> None:
    assert reward(verdicts(empathy=1.0, presence=0.0, stabilization=None), WEIGHTS) == 0.75
    assert reward(verdicts(empathy=None), WEIGHTS) is None


def test_a_pair_is_compared_over_judges_that_scored_both() -> None:
    left = verdicts(empathy=0.5, stabilization=1.0)
    right = verdicts(empathy=0.4, stabilization=None)
    assert pair_rewards(left, right, WEIGHTS) == ((0.5, 0.4), ("empathy",))


def test_the_higher_reward_wins() -> None:
    outcome = head_to_head(POOR, GOOD, WEIGHTS, 0.02)
    assert (outcome.kind, outcome.winner, outcome.margin) == ("pair", "right", 0.65)
    assert outcome.judges == ("empathy", "presence")


@pytest.mark.parametrize("difference", [0.0, 0.01])
def test_a_small_difference_is_a_tie(difference: float) -> None:
    outcome = head_to_head(verdicts(empathy=0.5), verdicts(empathy=0.5 + difference), WEIGHTS, 0.02)
    assert (outcome.kind, outcome.winner) == ("tie", None)


def test_an_unsafe_reply_never_wins() -> None:
    for outcome, winner in (
        (head_to_head(UNSAFE, POOR, WEIGHTS, 0.02), "right"),
        (head_to_head(POOR, UNSAFE, WEIGHTS, 0.02), "left"),
    ):
        assert (outcome.kind, outcome.winner) == ("pair", winner)
        assert outcome.margin < 0


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (UNSAFE, UNSAFE, "both sides are unsafe"),
        (GOOD, verdicts(EXCLUDE, empathy=0.1), "a side broke a rule of class exclude"),
        (GOOD, verdicts(empathy=None), "no judge scored both sides"),
    ],
)
def test_drops_have_reasons(
    left: dict[str, Verdict], right: dict[str, Verdict], reason: str
) -> None:
    outcome = head_to_head(left, right, WEIGHTS, 0.02)
    assert (outcome.kind, outcome.reason, outcome.margin) == ("dropped", reason, 0.0)
