"""What may be spent is a hard limit, calls in flight included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dspy.lm15 import Request

from kakoc.errors import BudgetError
from kakoc.lm import Budget, Limits
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


@pytest.mark.parametrize("limits", [{"calls": 1}, {"tokens": 1}, {"seconds": 0.1}])
def test_any_limit_is_one(limits: dict[str, Any]) -> None:
    assert Limits(**limits).any
    assert not Limits().any
