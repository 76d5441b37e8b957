"""The table: pairs of replies, whole cities, and what forbids to promote a prompt."""

from __future__ import annotations

from kakoc.ports import NOWHERE
from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.effect import Reply, effect, refusals
from kakoc.run.optimize.metric import Scored


def reply(number: int, score: float, held_out: float = 0.5, rules: tuple[str, ...] = ()) -> Reply:
    """Of person `number`, two of whom live in each city."""
    name = f"seeker_{number:03d}"
    case = Case(name, name, f"city_{number // 2}", "warm", NOWHERE, {}, ())
    scored = Scored(score, {"empathy": score}, rules, length=100)
    return Reply(case, scored, {"heldout_support": held_out})


def side(scores: list[float], held_out: float = 0.5) -> list[Reply]:
    return [reply(number, score, held_out) for number, score in enumerate(scores)]


def test_a_gain_everywhere_is_above_zero_and_promoted() -> None:
    found = effect(side([0.4, 0.5] * 16), side([0.5, 0.6] * 16, held_out=0.55))
    row = found.row("score")
    assert (row.difference, row.low, row.high, row.says) == (0.1, 0.1, 0.1, "higher")
    assert (row.cases, row.cities, found.seekers) == (32, 16, 32)
    assert refusals(found) == []


def test_a_gain_of_chance_is_within_noise_and_refused() -> None:
    found = effect(side([0.5] * 32), side([0.1, 0.2, 0.9, 0.85] * 8))
    assert found.row("score").says == "within noise"
    (reason,) = refusals(found)
    assert "within noise" in reason


def test_whole_cities_are_drawn() -> None:
    # Both people of a city gain or lose alike: sixteen draws, not thirty-two.
    found = effect(side([0.5] * 32), side([0.8, 0.8, 0.3, 0.3] * 8))
    apart = effect(side([0.5] * 32), side([0.8, 0.3] * 16))
    assert found.row("score").low < apart.row("score").low


def test_a_held_out_judge_that_falls_forbids_it() -> None:
    found = effect(side([0.4] * 32, 0.6), side([0.6] * 32, 0.5))
    assert refusals(found) == ["the held-out judge heldout_support falls by 0.1000"]


def test_one_more_hard_line_forbids_it() -> None:
    after = [*side([0.6] * 31), reply(31, 0.6, rules=("coercion",))]
    found = effect(side([0.4] * 32), after)
    assert found.violations == {"coercion": (0, 1)}
    assert refusals(found) == ["hard line coercion is crossed 1 times, before 0"]


def test_few_people_forbid_it() -> None:
    (reason,) = refusals(effect(side([0.4] * 12), side([0.6] * 12)))
    assert "12 held-out Seekers" in reason
