"""What the plan promises of its rows as a whole: stable, covered, near the spec's distributions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from kakoc.errors import KakocError
from kakoc.ir import Category, Correlation, Ir, Option, Trait, TraitFamily
from kakoc.plan import sample
from kakoc.types import PersonaRow

MakeIr = Callable[..., Ir]


def scores(rows: list[PersonaRow], family: str, trait: str) -> NDArray[np.int64]:
    return np.array([row.card[family][trait] for row in rows])


@pytest.mark.parametrize("count", [0, 1, 7, 64, 130])
def test_a_shorter_plan_is_a_prefix_of_a_longer_one(make_ir: MakeIr, count: int) -> None:
    assert sample(make_ir(), count) == sample(make_ir(), 200)[:count]


def test_the_plan_seed_decides_the_people(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 20)
    assert rows == sample(make_ir(), 20)
    assert rows != sample(make_ir({"plan_seed": 1}), 20)


def test_a_row_is_known_from_its_index(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 3)
    assert [row.index for row in rows] == [0, 1, 2]
    assert [row.id for row in rows] == ["seeker_001", "seeker_002", "seeker_003"]
    assert [row.card["id"] for row in rows] == [row.id for row in rows]


def test_every_round_of_cities_has_each_city_once_in_another_order(make_ir: MakeIr) -> None:
    ir = make_ir()
    size = len(ir.cities)
    cities = [row.city for row in sample(ir, 20 * size)]
    rounds = [tuple(cities[at : at + size]) for at in range(0, len(cities), size)]
    assert {frozenset(one) for one in rounds} == {frozenset(city.id for city in ir.cities)}
    assert len(set(rounds)) > 10


def test_problems_are_covered_evenly_block_by_block(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 192)
    for at in range(0, 192, 64):
        counts = Counter(row.problem for row in rows[at : at + 64])
        assert len(counts) == 3
        assert max(counts.values()) - min(counts.values()) <= 3


def test_shares_are_kept(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 600)
    counts = Counter(row.card["gender_at_birth"] for row in rows)
    for gender, share in {"female": 0.48, "male": 0.48, "unknown": 0.04}.items():
        assert counts[gender] / 600 == pytest.approx(share, abs=0.01)


def test_means_and_spreads_of_traits_are_kept(make_ir: MakeIr) -> None:
    ir = make_ir()
    rows = sample(ir, 640)
    for trait in ir.families[0].traits:
        values = scores(rows, "schwartz_basic_values", trait.id)
        assert values.mean() == pytest.approx(trait.mean, abs=1)
        assert values.std() == pytest.approx(trait.sd, rel=0.06)


def test_correlations_of_traits_are_kept(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 3200)
    power, achievement, benevolence, security = (
        scores(rows, "schwartz_basic_values", name)
        for name in ("power", "achievement", "benevolence", "security")
    )
    sampling_error = 3 / math.sqrt(len(rows))
    for other, r in ((achievement, 0.6), (benevolence, -0.5), (security, 0.0)):
        assert np.corrcoef(power, other)[0, 1] == pytest.approx(r, abs=sampling_error)


def test_a_new_trait_moves_no_other(make_ir: MakeIr) -> None:
    ir = make_ir()
    more = ir.families[2].model_copy(update={"traits": (*ir.families[2].traits, Trait(id="wit"))})
    rows = sample(make_ir(families=(*ir.families[:2], more)), 30)
    for old, new in zip(sample(ir, 30), rows, strict=True):
        assert old.card["csi"].items() < new.card["csi"].items()
        assert old.card["hexaco"] == new.card["hexaco"]


def test_scores_stay_whole_and_within_the_scale(make_ir: MakeIr) -> None:
    wide = TraitFamily(id="csi", source="made up", traits=(Trait(id="wit", mean=95, sd=40),))
    values = [row.card["csi"]["wit"] for row in sample(make_ir(families=(wide,)), 100)]
    assert all(type(value) is int for value in values)
    assert max(values) == 100
    assert min(values) >= 0


def test_traits_may_determine_each_other(make_ir: MakeIr) -> None:
    family = TraitFamily(
        id="csi",
        source="made up",
        traits=(Trait(id="wit"), Trait(id="luck")),
        correlations=(Correlation(between=("wit", "luck"), r=-1),),
    )
    rows = sample(make_ir(families=(family,)), 128)
    together = np.corrcoef(scores(rows, "csi", "wit"), scores(rows, "csi", "luck"))[0, 1]
    assert together == pytest.approx(-1, abs=0.01)


def test_impossible_correlations_are_refused(make_ir: MakeIr) -> None:
    wit, luck, tact = (Trait(id=name) for name in ("wit", "luck", "tact"))
    pairs = ((wit, luck, 0.9), (luck, tact, 0.9), (wit, tact, -0.9))
    correlations = [Correlation(between=(one.id, other.id), r=r) for one, other, r in pairs]
    family = TraitFamily(
        id="csi", source="made up", traits=(wit, luck, tact), correlations=tuple(correlations)
    )
    with pytest.raises(KakocError, match="correlations of `csi`"):
        sample(make_ir(families=(family,)), 1)


def test_a_plan_without_possible_people_says_why(make_ir: MakeIr) -> None:
    young = Category(id="gender", options=(Option(id="female", share=1, text="f", ages=(0, 17)),))
    with pytest.raises(KakocError, match="nobody can be sampled"):
        sample(make_ir(categories=(young,)), 1)


def test_a_present_that_no_decade_describes_is_refused(make_ir: MakeIr) -> None:
    with pytest.raises(KakocError, match=r"no 2030s"):
        sample(make_ir({"present_year": 2031}), 1)


def test_people_speak_the_language_that_the_project_says(make_ir: MakeIr) -> None:
    own = {city.id: city.language for city in make_ir().cities}
    for row in sample(make_ir({"language": "native"}), 10):
        assert row.language == row.card["language"] == own[row.city]
    assert {row.language for row in sample(make_ir(), 10)} == {"en"}
