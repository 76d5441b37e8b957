"""A run that is cut off goes on where it stopped: what was written down is never asked again."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_kit import (
    ProjectFolder,
    StubServer,
    data_files,
    journal_ids,
    running_stub,
    wait_until,
)

from kakoc.lm.journal import BATCH_SECONDS

ASKED = ("--personas", "2", "--turns", "5", "--seed", "7", "--json")
AT_ONCE = 2 * 3
"""Two conversations with three variants each."""
LATENCY = 0.3
"""Longer than a batch waits, so that each of them has one reply at most in the open batch."""


@pytest.fixture
def slow_stub() -> Iterator[StubServer]:
    assert LATENCY > BATCH_SECONDS
    with running_stub("--latency", str(LATENCY)) as server:
        yield server


def stop_after(project: ProjectFolder, stub: StubServer, calls: int, how: signal.Signals) -> str:
    """Start the run, stop it once the server got so many more calls; returns its stderr."""
    limit = stub.calls + calls
    child = project.start("generate", *stub.lm, *ASKED)
    wait_until(lambda: stub.calls >= limit or child.poll() is not None)
    child.send_signal(how)
    _, errors = child.communicate()
    assert child.returncode == (-how if how == signal.SIGKILL else 130), errors
    return errors


def served(stub: StubServer) -> Counter[str]:
    """Replies by id, once none is on its way any more."""
    wait_until(lambda: sum(stub.stats["served"].values()) == stub.calls)
    return Counter(stub.stats["served"])


def undisturbed(project: ProjectFolder, built: Path, stub: StubServer) -> dict[str, bytes]:
    """The data of the same run in artifacts of its own."""
    said = project.kakoc("generate", *stub.lm, *ASKED, "-o", copied(built, project.root / "other"))
    (folder,) = (project.root / "other" / "runs").glob("*/")
    assert said.code == 0
    return data_files(folder)


def copied(source: Path, target: Path) -> Path:
    return Path(shutil.copytree(source, target))


def test_after_kill_9_no_journalled_call_is_made_again(
    built_project: ProjectFolder, built: Path, stub: StubServer, slow_stub: StubServer
) -> None:
    for calls in (2, 10, 17):
        known = journal_ids(built_project.artifacts) if slow_stub.calls else []
        before = served(slow_stub)
        stop_after(built_project, slow_stub, calls, signal.SIGKILL)
        after = served(slow_stub)
        assert [after[name] for name in known] == [before[name] for name in known]
        fresh = sum(after.values()) - sum(before.values())
        kept = len(journal_ids(built_project.artifacts)) - len(known)
        # Lost is what was in flight, and one batch.
        assert fresh - kept <= 2 * AT_ONCE
    known = journal_ids(built_project.artifacts)
    before = served(slow_stub)
    said = built_project.kakoc("generate", *slow_stub.lm, *ASKED)
    after = served(slow_stub)
    assert said.code == 0
    assert said.json["calls"] == {
        "made": sum(after.values()) - sum(before.values()),
        "from_journal": len(known),
    }
    assert [after[name] for name in known] == [before[name] for name in known]
    assert set(after) == set(journal_ids(built_project.artifacts))
    folder = built_project.run_folder(said)
    assert data_files(folder) == undisturbed(built_project, built, stub)


def test_an_interrupt_loses_only_what_was_in_flight(
    built_project: ProjectFolder, slow_stub: StubServer
) -> None:
    errors = stop_after(built_project, slow_stub, 7, signal.SIGINT)
    assert "kakoc: interrupted; the same command goes on where it stopped" in errors
    assert "Traceback" not in errors
    lost = served(slow_stub).total() - len(journal_ids(built_project.artifacts))
    assert 0 <= lost <= AT_ONCE


def test_a_run_that_was_cut_off_has_no_manifest(
    built_project: ProjectFolder, slow_stub: StubServer
) -> None:
    stop_after(built_project, slow_stub, 3, signal.SIGKILL)
    (folder,) = (built_project.artifacts / "runs").glob("*/")
    assert (folder / "config.json").exists()
    assert not (folder / "manifest.json").exists()
    assert not (built_project.artifacts / "runs" / "latest").exists()
