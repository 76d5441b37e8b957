"""Lives that hold together: what options need, bar and make likelier, what problems presuppose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kakoc.ir import Category, Ir, Option
from kakoc.plan import sample
from kakoc.plan.circumstances import Circumstances
from kakoc.plan.design import BLOCK, Design
from kakoc.plan.matching import assign
from kakoc.types import PersonaRow

MakeIr = Callable[..., Ir]


def now(row: PersonaRow) -> dict[str, Any]:
    found: dict[str, Any] = row.card["current_socio_demographics"]
    return found


def with_problem(ir: Ir, number: int, **fields: Any) -> tuple[Any, ...]:
    problems = list(ir.problems)
    problems[number] = problems[number].model_copy(update=fields)
    return tuple(problems)


def test_nobody_with_a_partner_lives_alone(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 300)
    assert {now(row)["household"] for row in rows} == {"alone", "family"}
    assert not [
        row
        for row in rows
        if now(row)["partnership"] == "married" and now(row)["household"] == "alone"
    ]


def test_margins_hold_although_options_exclude_each_other(make_ir: MakeIr) -> None:
    rows = sample(make_ir(), 10 * BLOCK)
    for field, shares in (
        ("partnership", {"single": 0.5, "married": 0.5}),
        ("household", {"alone": 0.5, "family": 0.5}),
        ("employment", {"studies": 0.2, "works": 0.6, "is retired": 0.2}),
    ):
        counts = Counter(now(row)[field] for row in rows)
        for text, share in shares.items():
            assert counts[text] / len(rows) == pytest.approx(share, abs=0.03), (field, text)


def test_a_problem_has_the_circumstances_that_it_presupposes(make_ir: MakeIr) -> None:
    ir = make_ir()
    rows = sample(make_ir(problems=with_problem(ir, 2, presupposes=(("partner",),))), 300)
    asked = [now(row)["partnership"] for row in rows if row.problem == "job_crisis"]
    assert len(asked) > 50
    assert set(asked) == {"married"}


def test_one_of_several_circumstances_is_enough(make_ir: MakeIr) -> None:
    ir = make_ir()
    either = (("partner", "single"),)
    rows = sample(make_ir(problems=with_problem(ir, 2, presupposes=either)), 300)
    asked = Counter(now(row)["partnership"] for row in rows if row.problem == "job_crisis")
    assert set(asked) == {"married", "single"}


def test_an_option_is_likelier_with_its_odds_and_keeps_its_share(make_ir: MakeIr) -> None:
    ir = make_ir()
    children = Category(
        id="children",
        options=(
            Option(id="none", share=0.6, text="none"),
            Option(id="some", share=0.4, text="some", odds={"partner": 8}),
        ),
    )
    categories = tuple(children if c.id == "children" else c for c in ir.categories)
    rows = sample(make_ir(categories=categories), 20 * BLOCK)
    both = Counter((now(row)["partnership"], now(row)["children"]) for row in rows)
    assert (both["married", "some"] + both["single", "some"]) / len(rows) == pytest.approx(
        0.4, abs=0.02
    )
    assert _odds(both) == pytest.approx(8, rel=0.3)


def _odds(both: Counter[tuple[str, str]]) -> float:
    married = both["married", "some"] / both["married", "none"]
    return married / (both["single", "some"] / both["single", "none"])


def test_a_problem_that_only_movers_have_is_of_people_who_moved_lately(make_ir: MakeIr) -> None:
    ir = make_ir()
    roots = Category(
        id="roots",
        options=(
            Option(id="here", share=0.7, text="here"),
            Option(id="came", share=0.3, text="came", gives=("moved",)),
        ),
    )
    problems = with_problem(ir, 0, presupposes=(("moved",),), duration_months=(1, 36))
    rows = sample(make_ir(problems=problems, categories=(*ir.categories, roots)), 300)
    moved = [row for row in rows if row.problem == "grief_and_loss"]
    assert len(moved) > 50
    for row in moved:
        born = row.card["birth_context"]
        home = now(row)["current_location"]
        assert (born["city"], born["country"]) != (home["city"], home["country"])
        # Nothing before the last few years was lived in the city they came to.
        assert row.card["presenting_problem"]["duration_months"] <= 36
        here = [s for s in row.card["formative_context"] if s["city"] == home["city"]]
        assert all(stage["decade"] >= "2020s" for stage in here)


def test_options_that_cannot_be_completed_are_not_open(make_ir: MakeIr) -> None:
    ir = make_ir()
    first = Category(
        id="first",
        options=(
            Option(id="a", share=0.5, text="a", gives=("one",)),
            Option(id="b", share=0.5, text="b"),
        ),
    )
    second = Category(id="second", options=(Option(id="c", share=1, text="c", needs=("one",)),))
    circumstances = Circumstances((first, second), ir.problems)
    assert circumstances.odds(0, circumstances.life(0, 30, True)) == (1.0, 0.0)


def test_the_matching_gives_way_where_a_margin_cannot_be_kept() -> None:
    design = Design(1, BLOCK)
    odds = np.zeros((BLOCK, 2))
    odds[:, 0] = 1
    odds[: BLOCK // 4, 1] = 1
    taken = assign(design, "x", np.array([0.5, 0.5]), odds)
    assert taken[BLOCK // 4 :].sum() == 0
    assert taken[: BLOCK // 4].sum() == BLOCK // 4
