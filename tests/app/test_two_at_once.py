"""Two processes that are asked for the same run: the second is refused and disturbs nothing."""

from __future__ import annotations

import json

from project_kit import ProjectFolder, journal_ids, running_stub, wait_until

ASKED = ("generate", "--profile", "bench", "--personas", "2", "--turns", "5", "--json")


def test_a_second_run_in_the_same_folder_is_refused(plain_project: ProjectFolder) -> None:
    with running_stub("--latency", "0.4") as server:
        child = plain_project.start(*ASKED, *server.lm)
        wait_until(lambda: server.calls > 0 or child.poll() is not None)
        said = plain_project.kakoc(*ASKED, *server.lm)
        assert child.poll() is None, "the first run was over before the second began"
        out, errors = child.communicate()
        calls = server.calls
    assert (said.code, said.out) == (1, "")
    assert "another process is working on" in said.err
    assert "help: wait for it, or give --out DIR" in said.err
    assert child.returncode == 0, errors
    # Every call was made by the first, and once.
    assert len(journal_ids(plain_project.artifacts)) == json.loads(out)["calls"]["made"] == calls
