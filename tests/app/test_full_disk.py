"""A disk that is full: one clear message, and the same command goes on once there is room."""

from __future__ import annotations

from collections import Counter

import pytest
from project_kit import (
    COMMAND,
    ProjectFolder,
    StubServer,
    journal_ids,
    running_stub,
    start_python,
    wait_until,
)

ASKED = (
    *("generate", "--profile", "bench", "--personas", "3", "--turns", "6", "--json"),
    *("--lm", "impatient"),
)
# No file of the process grows beyond so many bytes: what a full disk does to its writers.
SMALL_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))\n"


def with_room(project: ProjectFolder, server: StubServer, room: int) -> tuple[int, str]:
    """Exit code and stderr of the run where no file may outgrow `room`."""
    code = SMALL_FILES.format(room) + COMMAND
    child = start_python("-c", code, *ASKED, "--api-base", server.base, cwd=project.root)
    _, errors = child.communicate(timeout=60)
    return child.returncode, errors


def served(server: StubServer) -> Counter[str]:
    """Replies by id, once none is on its way any more."""
    wait_until(lambda: sum(server.stats["served"].values()) == server.calls)
    return Counter(server.stats["served"])


@pytest.mark.parametrize("room", [1, 5_000, 40_000, 80_000])
def test_a_full_disk_is_one_message_and_the_run_goes_on_afterwards(
    plain_project: ProjectFolder, room: int
) -> None:
    with running_stub("--latency", "0.05") as server:
        code, errors = with_room(plain_project, server, room)
        assert code == 1, errors
        assert "Traceback" not in errors
        assert "is the disk full" in errors
        assert len([line for line in errors.splitlines() if line.startswith("kakoc: ")]) == 1
        known, before = journal_ids(plain_project.artifacts), served(server)
        said = plain_project.kakoc(*ASKED, "--api-base", server.base)
        after = served(server)
    assert said.code == 0
    assert said.json["calls"]["from_journal"] == len(known)
    assert [after[name] for name in known] == [before[name] for name in known]
