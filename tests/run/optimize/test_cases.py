"""Cities to parts, and which places are looked at."""

from __future__ import annotations

from collections import Counter

import pytest
from optimize_kit import prepared
from run_kit import World
from test_search import nothing

from kakoc.errors import KakocError
from kakoc.ir import Ir
from kakoc.run.optimize.cases import HELD_OUT, some, split_cities
from kakoc.run.splits import city_splits


def test_thirty_seekers_are_held_out_where_there_are_enough(ir: Ir) -> None:
    parts = Counter(split_cities(ir, {city.id: 1 for city in ir.cities}).values())
    assert parts["held_out"] == HELD_OUT
    assert parts["dev"] >= 10
    assert parts["train"] >= 20


def test_cities_whose_pairs_are_kept_for_measuring_are_held_out(ir: Ir) -> None:
    parts = split_cities(ir, {city.id: 1 for city in ir.cities})
    kept = [city for city, split in city_splits(ir).items() if split != "train"]
    assert {parts[city] for city in kept} == {"held_out"}


def test_a_small_run_is_split_by_share_and_a_tiny_one_refused(ir: Ir) -> None:
    cities = [city.id for city in ir.cities]
    parts = Counter(split_cities(ir, dict.fromkeys(cities[:10], 1)).values())
    assert parts["held_out"] == 5
    assert min(parts.values()) >= 2
    with pytest.raises(KakocError, match="5 cities"):
        split_cities(ir, dict.fromkeys(cities[:5], 1))


def test_another_city_moves_few(ir: Ir) -> None:
    cities = [city.id for city in ir.cities]
    before = split_cities(ir, dict.fromkeys(cities[:-1], 1))
    after = split_cities(ir, dict.fromkeys(cities, 1))
    assert sum(before[city] != after[city] for city in before) <= 3


async def test_places_are_spread_over_people_and_come_whole(world: World) -> None:
    found = await prepared(world, nothing, turns=2)
    cases = [*found.data.train, *found.data.dev, *found.data.held_out]
    chosen = some(cases, 6)
    assert len(chosen) == 6
    assert len({case.persona for case in chosen}) == 2
    assert Counter(case.care for case in chosen) == {"plain": 2, "warm": 2, "close": 2}


async def test_the_demos_of_the_spec_become_cases(world: World) -> None:
    found = await prepared(world, nothing)
    demos = world.ir.roles["supporter"].demos
    assert [case.label for case in found.data.demos] == [d.assistant["reply"] for d in demos]
    for case, demo in zip(found.data.demos, demos, strict=True):
        assert case.item is not None
        assert case.item.context[0].content in demo.user
