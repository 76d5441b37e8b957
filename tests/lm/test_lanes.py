"""Lanes: which job runs in which slot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future

import pytest

from kakoc.lm.lanes import Lanes

Make = Callable[[int], Lanes]


@pytest.fixture
def lanes() -> Iterator[Make]:
    made: list[Lanes] = []

    def make(slots: int) -> Lanes:
        made.append(Lanes(slots))
        return made[-1]

    yield make
    for each in made:
        each.close()


class Held:
    """A job that runs until it is let go, and returns its slot."""

    def __init__(self, lanes: Lanes, lane: str) -> None:
        self.running = threading.Event()
        self._let_go = threading.Event()
        self.slot: Future[int] = lanes.submit(lane, self._run)

    def _run(self, slot: int) -> int:
        self.running.set()
        self._let_go.wait(5)
        return slot

    def end(self) -> int:
        self._let_go.set()
        return self.slot.result(5)


def slot_of(lanes: Lanes, lane: str) -> int:
    slot: int = lanes.submit(lane, lambda slot: slot).result(5)
    return slot


def test_a_lane_keeps_its_slot(lanes: Make) -> None:
    three = lanes(3)
    first = [slot_of(three, lane) for lane in "abc"]
    assert sorted(first) == [0, 1, 2]
    assert [slot_of(three, lane) for lane in "cab"] == [first[2], first[0], first[1]]


def test_the_lane_that_waited_longest_loses_its_slot(lanes: Make) -> None:
    two = lanes(2)
    a, b = slot_of(two, "a"), slot_of(two, "b")
    slot_of(two, "a")
    assert slot_of(two, "c") == b
    assert slot_of(two, "a") == a


def test_a_lane_with_a_running_call_keeps_its_slot(lanes: Make) -> None:
    two = lanes(2)
    a = Held(two, "a")
    b = slot_of(two, "b")
    assert slot_of(two, "c") == b
    assert slot_of(two, "d") == b
    assert a.end() != b


def test_two_calls_of_a_lane_never_run_at_once(lanes: Make) -> None:
    two = lanes(2)
    first = Held(two, "a")
    second = Held(two, "a")
    assert not second.running.wait(0.1)
    assert first.end() == second.end()


def test_a_lane_that_waits_for_its_slot_does_not_hold_up_others(lanes: Make) -> None:
    two = lanes(2)
    first, second = Held(two, "a"), Held(two, "a")
    assert slot_of(two, "b") != first.end()
    second.end()


def test_calls_without_a_lane_use_every_slot(lanes: Make) -> None:
    two = lanes(2)
    held = [Held(two, ""), Held(two, "")]
    assert all(each.running.wait(5) for each in held)
    assert sorted(each.end() for each in held) == [0, 1]


def test_a_failed_job_frees_its_slot(lanes: Make) -> None:
    one = lanes(1)

    def fail(slot: int) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        one.submit("a", fail).result(5)
    assert slot_of(one, "b") == 0


def test_a_call_given_up_while_it_waits_never_runs(lanes: Make) -> None:
    one = lanes(1)
    first, second = Held(one, "a"), Held(one, "b")
    assert second.slot.cancel()
    first.end()
    assert slot_of(one, "c") == 0
    assert not second.running.is_set()


def test_closing_ends_what_waits(lanes: Make) -> None:
    one = lanes(1)
    first, second = Held(one, "a"), Held(one, "b")
    assert first.running.wait(5)
    closing = threading.Thread(target=one.close)
    closing.start()
    with pytest.raises(CancelledError):
        second.slot.result(5)
    assert first.end() == 0
    closing.join(5)
    assert not closing.is_alive()
