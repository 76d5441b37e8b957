"""Twenty times kill -9 at random moments, then a clean finish: only what was in flight is lost."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest
from project_kit import ProjectFolder, StubServer, data_files, running_stub, wait_until

KILLS = 20
LATENCY = 0.2
PEOPLE, TURNS = 2, 20
ASKED = (
    *("generate", "--profile", "bench", "--json", "--quiet"),
    *("--personas", str(PEOPLE), "--turns", str(TURNS)),
)
IN_FLIGHT = PEOPLE * 3
"""Each conversation has its three variants under way at most."""
BATCH = IN_FLIGHT
"""A batch waits no longer than one reply takes, so that it holds no more than one round of them."""
LONGEST_SECONDS = 0.55
"""From the first call that a process makes until it is killed; not enough to come to the end."""


def rows(artifacts: Path) -> dict[str, str]:
    """Key -> reply of every journalled call; also beside, or after, whoever was killed."""
    path = artifacts / "journal" / "journal.sqlite"
    if not path.exists():
        return {}
    with contextlib.closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT key, response FROM calls"))


def kill_after(project: ProjectFolder, server: StubServer, seconds: float) -> None:
    """Go on with the run, and kill it so long after its first call."""
    before = server.calls
    child = project.start(*ASKED, *server.lm)
    wait_until(lambda: server.calls > before or child.poll() is not None)
    time.sleep(seconds)
    child.kill()
    _, errors = child.communicate()
    assert child.returncode == -9, f"it came to its end before: {errors}"


@pytest.mark.slow
def test_after_twenty_kills_only_what_was_in_flight_is_paid_twice(
    plain_project: ProjectFolder,
) -> None:
    chance = random.Random(20)
    with running_stub("--latency", str(LATENCY)) as server:
        known: dict[str, str] = {}
        for _ in range(KILLS):
            kill_after(plain_project, server, chance.uniform(0.0, LONGEST_SECONDS))
            now = rows(plain_project.artifacts)
            assert known.items() <= now.items(), "a journalled reply is another one now"
            known = now
        before = settled(server)
        said = plain_project.kakoc(*ASKED, *server.lm)
        served = settled(server)
    assert said.code == 0
    # Each call of the finished run is a row; those of before were not made again.
    kept = rows(plain_project.artifacts)
    assert known.items() <= kept.items()
    assert len(kept) == PEOPLE * (1 + TURNS * 4)
    assert said.json["calls"] == {"made": len(kept) - len(known), "from_journal": len(known)}
    assert served.total() - before.total() == len(kept) - len(known)
    assert 0 < len(known) < len(kept)
    lost = served.total() - len(kept)
    assert 0 < lost <= KILLS * (IN_FLIGHT + BATCH)
    folder = plain_project.run_folder(said)
    assert data_files(folder) == never_killed(plain_project)


def settled(server: StubServer) -> Counter[str]:
    """Replies by id, once none is on its way any more."""
    wait_until(lambda: sum(server.stats["served"].values()) == server.calls)
    return Counter(server.stats["served"])


def never_killed(project: ProjectFolder) -> dict[str, bytes]:
    other = project.root / "other"
    other.mkdir()
    (other / "build").symlink_to(project.artifacts / "build")
    with running_stub() as server:
        said = project.kakoc(*ASKED, *server.lm, "-o", other)
    return data_files(other / "runs" / str(said.json["run"]))
