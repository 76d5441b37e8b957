"""Splits by city, what knows nothing of support and predicts pairs all the same, and the cure."""

from __future__ import annotations

from kakoc.ir import Ir
from kakoc.run.confounds import baselines, confounded, length_matched
from kakoc.run.splits import city_splits
from kakoc.types import Pair, Side


def pair(number: int, city: str, chosen: int, rejected: int, split: str = "train") -> Pair:
    def side(length: int, care: float) -> Side:
        return Side(care=care, text="x" * length, reward=0.5, scores={})

    return Pair.model_validate(
        {
            "id": f"p{number}",
            "persona": "seeker_001",
            "city": city,
            "turn": 1,
            "language": "en",
            "prompt": [],
            "chosen": side(chosen, 0.8 if number % 2 else 0.2),
            "rejected": side(rejected, 0.5),
            "margin": 0.1,
            "judges": ["empathy"],
            "split": split,
        }
    )


def longer_wins(count: int, of_ten: int) -> list[Pair]:
    cities = [f"city{number % 10}" for number in range(count)]
    return [
        pair(
            n,
            city,
            *((90, 60) if n // 10 % 10 < of_ten else (60, 90)),
            "test" if n % 2 else "train",
        )
        for n, city in enumerate(cities)
    ]


def test_every_city_has_one_split_and_the_shares_hold(ir: Ir) -> None:
    splits = city_splits(ir)
    assert set(splits) == {city.id for city in ir.cities}
    counts = [list(splits.values()).count(name) for name in ("train", "dev", "test")]
    assert counts == [55, 7, 7]
    assert city_splits(ir) == splits


def test_a_new_city_moves_few_others(ir: Ir) -> None:
    names = [city.id for city in ir.cities]
    before, after = city_splits(ir, names), city_splits(ir, [*names, "atlantis"])
    assert sum(before[name] != after[name] for name in names) <= 3


def test_length_alone_is_measured_on_cities_that_did_not_fit_it() -> None:
    found = baselines(longer_wins(200, of_ten=9))
    row = found["length_only"]
    assert row["measured_on"] == "held-out cities"
    assert row["share"] == 0.9
    assert row["low"] <= 0.9 <= row["high"]
    assert (row["pairs"], row["cities"]) == (100, 5)
    assert found["care_only"]["share"] <= 0.6 or found["care_only"]["share"] >= 0.4


def test_the_sign_is_fitted_and_a_shorter_winner_is_predicted_too() -> None:
    assert baselines(longer_wins(200, of_ten=1))["length_only"]["share"] == 0.9


def test_more_than_the_limit_is_said_only_beyond_chance() -> None:
    found = baselines(longer_wins(200, of_ten=9))
    assert "length_only" in confounded(found, 0.7)
    assert confounded(baselines(longer_wins(200, of_ten=5)), 0.7) == []
    assert confounded(baselines([]), 0.7) == []


def test_matching_makes_length_say_nothing_and_counts_what_it_leaves_out() -> None:
    pairs = longer_wins(200, of_ten=8)
    kept, left_out = length_matched(pairs)
    assert len(kept) + left_out == len(pairs)
    assert len(kept) == 80
    assert sum(len(p.chosen.text) > len(p.rejected.text) for p in kept) == 40
    assert kept == [p for p in pairs if p in kept]
    assert length_matched(pairs) == (kept, left_out)
