"""A signal ends a run cleanly: answered calls are kept, and the run goes on where it stopped."""

from __future__ import annotations

import re
import shlex
import signal
import time
from collections.abc import Iterator

import pytest
from project_kit import ProjectFolder, StubServer, journal_ids, running_stub, wait_until

ASKED = ("--profile", "bench", "--personas", "2", "--turns", "4", "--seed", "3")
LATENCY = 0.4


@pytest.fixture
def slow_stub() -> Iterator[StubServer]:
    with running_stub("--latency", str(LATENCY)) as server:
        yield server


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_calls_in_flight_are_waited_for_and_none_is_made_again(
    built_project: ProjectFolder, slow_stub: StubServer, how: signal.Signals, code: int
) -> None:
    child = built_project.start("generate", *slow_stub.lm, *ASKED)
    wait_until(lambda: slow_stub.calls >= 8)
    child.send_signal(how)
    out, err = child.communicate()
    assert child.returncode == code, err
    assert out == ""
    assert "Traceback" not in err
    assert "interrupted; the same command goes on where it stopped; 0 of 2 conversations" in err
    assert re.search(r"about \d+ calls are left to make; spent: \d+ calls", err)
    # Every call that reached the server was answered, and every answer is in the journal.
    served = slow_stub.stats["served"]
    assert slow_stub.calls == sum(served.values())
    assert sorted(served) == sorted(journal_ids(built_project.artifacts))

    (line,) = re.findall(r"^ *kakoc (generate .*)$", err, re.MULTILINE)
    done = built_project.kakoc(*shlex.split(line), "--json")
    assert done.code == 0
    assert done.json["calls"]["from_journal"] == len(served)
    assert max(slow_stub.stats["served"].values()) == 1


def test_a_second_signal_ends_at_once_and_keeps_what_was_answered(
    built_project: ProjectFolder,
) -> None:
    with running_stub("--latency", "0.1") as quick:
        built_project.kakoc("generate", *quick.lm, *ASKED, "--max-calls", "4")
    with running_stub("--latency", "30") as stuck:
        child = built_project.start("generate", *stuck.lm, *ASKED)
        wait_until(lambda: stuck.calls >= 1)
        child.send_signal(signal.SIGINT)
        time.sleep(0.5)  # it waits for the calls in flight
        assert child.poll() is None
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        _, err = child.communicate()
        assert time.monotonic() - begun < 5
    assert child.returncode == -signal.SIGINT  # a shell says 130
    assert "waiting up to 10 s for 2 calls in flight" in err
    assert "Traceback" not in err
    assert len(journal_ids(built_project.artifacts)) == 4


def test_a_run_does_not_wait_for_ever(built_project: ProjectFolder) -> None:
    with running_stub("--latency", "60") as stuck:
        child = built_project.start("generate", *stuck.lm, *ASKED)
        wait_until(lambda: stuck.calls >= 2)
        begun = time.monotonic()
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate()
        assert 9 < time.monotonic() - begun < 25
    assert child.returncode == 143
    assert "interrupted; the same command goes on where it stopped" in err


def test_a_command_that_is_not_at_its_calls_yet_ends_too(project: ProjectFolder) -> None:
    child = project.start("build")
    time.sleep(1.5)
    child.send_signal(signal.SIGTERM)
    _, err = child.communicate()
    assert child.returncode == 143
    assert "kakoc: interrupted" in err
    assert "Traceback" not in err
