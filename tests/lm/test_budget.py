"""What may be spent is a hard limit, calls in flight included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dspy.lm15 import Request

from kakoc.errors import BudgetError, StoppedError
from kakoc.lm import FREE, Budget, Limits, Tariff
from kakoc.lm.budget import book, most_of
from kakoc.ports import Meter
from kakoc.types import Usage

Ask = Callable[..., Request]


def spend(budget: Budget, meter: Meter, request: Request, usage: Usage) -> None:
    with budget.spending(request):
        meter.calls += 1
        meter.usage += usage


def test_calls_in_flight_count(ask: Ask) -> None:
    budget = Budget(Limits(calls=2), Meter())
    with (
        budget.spending(ask("one")),
        budget.spending(ask("two")),
        pytest.raises(BudgetError, match="2 calls"),
        budget.spending(ask("three")),
    ):
        pass


def test_a_call_that_failed_gives_its_place_back(ask: Ask) -> None:
    budget = Budget(Limits(calls=1), Meter())
    with pytest.raises(ValueError, match="broken"), budget.spending(ask("one")):
        raise ValueError("broken")
    with budget.spending(ask("two")):
        pass


def test_tokens_are_set_aside_before_they_are_spent(ask: Ask) -> None:
    meter = Meter()
    budget = Budget(Limits(tokens=3000), meter)
    request = ask("hello", max_tokens=1000)
    spend(budget, meter, request, Usage(prompt=1500, cached=0, completion=200))
    with (
        pytest.raises(BudgetError, match="1700 of 3000"),
        budget.spending(request),
        budget.spending(request),
    ):
        pass
    assert meter.usage.prompt + meter.usage.completion <= 3000


def test_seconds_begin_with_the_first_call(ask: Ask) -> None:
    now = [100.0]
    budget = Budget(Limits(seconds=10), Meter(), clock=lambda: now[0])
    now[0] = 500.0
    with budget.spending(ask("first")):
        pass
    now[0] = 509.9
    with budget.spending(ask("in time")):
        pass
    now[0] = 510.0
    with pytest.raises(BudgetError, match="10 seconds"), budget.spending(ask("late")):
        pass


@pytest.mark.parametrize("limits", [{"calls": 1}, {"tokens": 1}, {"seconds": 0.1}, {"cost": 0.1}])
def test_any_limit_is_one(limits: dict[str, Any]) -> None:
    assert Limits(**limits).any
    assert not Limits().any


PRICE = Tariff(prompt=2.0, completion=8.0)
"""Of a million tokens."""


def test_a_call_is_not_made_that_could_cost_too_much(ask: Ask) -> None:
    request = ask("hello", max_tokens=1000)
    most = PRICE.of(most_of(request))
    meter = Meter()
    budget = Budget(Limits(cost=2.5 * most), meter)
    with (
        budget.spending(request, PRICE),
        budget.spending(request, PRICE),
        pytest.raises(BudgetError, match="cost"),
        budget.spending(request, PRICE),
    ):
        pass
    used = Usage(prompt=10, cached=0, completion=5)
    book(meter, request, used, PRICE)  # it cost less, so another one fits
    assert meter.bill == PRICE.of(used) == pytest.approx((10 * 2 + 5 * 8) / 1e6)
    with budget.spending(request, PRICE), budget.spending(request, PRICE):
        pass


def test_a_budget_of_cost_bears_no_model_without_a_price(ask: Ask) -> None:
    budget = Budget(Limits(cost=1.0), Meter())
    with pytest.raises(BudgetError, match="without a price"), budget.spending(ask("hi")):
        pass
    with budget.spending(ask("hi"), FREE):
        pass


def test_one_call_without_a_price_leaves_the_bill_open(ask: Ask) -> None:
    meter = Meter()
    assert meter.bill == 0.0
    book(meter, ask("hi"), Usage(prompt=1, cached=0, completion=1), PRICE)
    book(meter, ask("hi"), Usage(prompt=1, cached=0, completion=1), None)
    assert meter.bill is None
    assert meter.cost == pytest.approx(10e-6)


def test_a_server_that_tells_no_tokens_is_taken_to_have_used_the_most(ask: Ask) -> None:
    request = ask("hello", max_tokens=100)
    most, meter = most_of(request), Meter()
    book(meter, request, Usage(), PRICE)
    assert (meter.usage, meter.untold) == (Usage(), most.prompt + 100)
    assert meter.bill == PRICE.of(most)
    with (
        pytest.raises(BudgetError, match="tokens are spent"),
        Budget(Limits(tokens=meter.untold + 99), meter).spending(request),
    ):
        pass


def test_no_call_is_made_once_a_budget_has_ended(ask: Ask) -> None:
    budget = Budget(Limits(), Meter())
    with budget.spending(ask("one")):
        assert budget.in_flight == 1
        budget.end(StoppedError("enough"))
        with pytest.raises(StoppedError, match="enough"), budget.spending(ask("two")):
            pass
    assert budget.in_flight == 0
