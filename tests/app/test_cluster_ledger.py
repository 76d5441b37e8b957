"""The budget of several workers: hard, although each of them counts on its own."""

from __future__ import annotations

import pytest
from dspy.lm15 import Config, Message, Request

from kakoc.app.cluster_ledger import Ledger, SharedBudget
from kakoc.errors import BudgetError
from kakoc.lm import Limits
from kakoc.ports import Meter
from kakoc.types import Usage

REQUEST = Request(model="m", messages=(Message.user("hello"),), config=Config(max_tokens=10))


class Worker:
    """Spends as a real one does: asks, books, tells."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self.meter, self.ledger, self.name = Meter(), ledger, name
        self.budget = SharedBudget(
            ledger.reserve, lambda number: ledger.release(number, name, self.meter)
        )

    def call(self) -> None:
        with self.budget.spending(REQUEST):
            self.meter.calls += 1
            self.meter.usage += Usage(prompt=5, completion=5)


def test_calls_of_all_workers_count() -> None:
    ledger = Ledger(Limits(calls=5))
    workers = [Worker(ledger, name) for name in "ab"]
    for worker in (workers * 3)[:5]:
        worker.call()
    with pytest.raises(BudgetError, match="the budget of 5 calls is spent"):
        workers[1].call()
    assert sum(worker.meter.calls for worker in workers) == 5
    assert ledger.begin(7, "a").spent == "the budget of 5 calls is spent"


def test_calls_under_way_elsewhere_count() -> None:
    ledger = Ledger(Limits(calls=1))
    first, second = Worker(ledger, "a"), Worker(ledger, "b")
    with first.budget.spending(REQUEST), pytest.raises(BudgetError):
        second.call()


def test_what_a_lost_worker_had_set_aside_stays_so() -> None:
    ledger = Ledger(Limits(calls=2))
    ledger.reserve(REQUEST)  # and its worker is never heard of again
    Worker(ledger, "b").call()
    with pytest.raises(BudgetError):
        Worker(ledger, "c").call()


def test_tokens_of_all_workers_count() -> None:
    ledger = Ledger(Limits(tokens=400))
    workers = [Worker(ledger, name) for name in "ab"]
    with pytest.raises(BudgetError, match="of 400 tokens are spent"):
        for worker in workers * 100:
            worker.call()
    assert sum(worker.meter.usage.completion for worker in workers) * 2 <= 400


def test_time_is_that_of_the_run_and_not_of_a_worker() -> None:
    now = [0.0]
    ledger = Ledger(Limits(seconds=10), clock=lambda: now[0])
    assert ledger.begin(0, "a").seconds == 10
    now[0] = 7.0
    assert ledger.begin(1, "b").seconds == 3
    now[0] = 10.0
    assert ledger.begin(2, "c").spent == "the 10 seconds are over"


def test_who_began_a_conversation_before_is_told() -> None:
    ledger = Ledger(Limits())
    assert ledger.begin(0, "a").earlier == ()
    assert ledger.begin(0, "b").earlier == ("a",)
    assert ledger.begin(1, "b").earlier == ()
    assert ledger.begun_again() == 1


def test_events_are_heard_once_and_meters_always() -> None:
    ledger, meter = Ledger(Limits()), Meter(calls=3)
    ledger.hear("turn", {"persona": "p", "turn": 1}, "a", meter)
    events, meters = ledger.heard()
    assert events == [("turn", {"persona": "p", "turn": 1})]
    assert ledger.heard() == ([], meters)
    assert meters == {"a": meter}
