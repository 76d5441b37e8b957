"""`--engine ray` on two nodes: the rows of a local run, also when a node is killed on the way."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from cluster_kit import TwoNodes
from project_kit import (
    ProjectFolder,
    StubServer,
    data_files,
    journal_ids,
    running_stub,
)

pytestmark = pytest.mark.slow

ASKED = ("--personas", "6", "--turns", "6", "--json")
UNJUDGED = ("--profile", "bench", "--personas", "6", "--turns", "3", "--json")
AT_ONCE = 6 * 3
"""Calls in flight at most: all conversations with three variants each."""
PATIENCE = 240.0


def rows_of_shards(project: ProjectFolder) -> list[int]:
    """How many calls each worker has committed so far."""
    found = []
    for path in project.artifacts.glob("journal/shards/*/*.sqlite"):
        if path.name != "base.sqlite":
            with (
                contextlib.suppress(sqlite3.Error),
                contextlib.closing(sqlite3.connect(path)) as db,
            ):
                found.append(db.execute("SELECT count(*) FROM calls").fetchone()[0])
    return found


def committed(shard: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"{shard.as_uri()}?mode=ro", uri=True)) as database:
        count: int = database.execute("SELECT count(*) FROM calls").fetchone()[0]
        return count


def both_are_at_work(project: ProjectFolder) -> bool:
    return len([rows for rows in rows_of_shards(project) if rows > AT_ONCE]) == 2


def wait_for(is_true: Callable[[], bool]) -> None:
    """Workers load their judges first, which takes long where much else is at work."""
    limit = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < limit, "it never came to that"
        time.sleep(0.05)


def ended(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, errors = child.communicate(timeout=PATIENCE)
    return child.returncode, out, errors


def local_run(project: ProjectFolder, built: Path, stub: StubServer) -> dict[str, bytes]:
    other = project.root / "other"
    shutil.copytree(built, other)
    said = project.kakoc("generate", *stub.lm, *ASKED, "-o", other)
    assert said.code == 0
    (folder,) = (other / "runs").glob("*/")
    return data_files(folder)


def test_rows_equal_a_local_run_although_a_node_is_killed(
    built_project: ProjectFolder, built: Path, two_nodes: TwoNodes
) -> None:
    with running_stub("--latency", "0.3") as stub:
        child = built_project.start("generate", *stub.lm, *ASKED, *two_nodes.options)
        wait_for(lambda: both_are_at_work(built_project) or child.poll() is not None)
        assert child.poll() is None, child.communicate()
        two_nodes.kill_one()
        code, out, errors = ended(child)
        assert code == 0, errors
        served = Counter(stub.stats["served"])
        manifest = json.loads(out)
        folder = built_project.artifacts / "runs" / manifest["run"]

        assert "conversations ran again, because their worker was lost" in errors
        talks = [json.loads(line) for line in (folder / "conversations.jsonl").open()]
        assert [talk["persona"] for talk in talks] == sorted({talk["persona"] for talk in talks})
        assert len(talks) == 6
        # What the lost worker had committed was not asked again; what was on its way may be.
        assert sum(served.values()) - len(served) <= 2 * AT_ONCE
        assert set(journal_ids(built_project.artifacts)) == set(served)
        assert manifest["calls"]["made"] >= len(served)
        assert not list(built_project.artifacts.glob("journal/shards/*"))

        assert data_files(folder) == local_run(built_project, built, stub)
        again = built_project.kakoc("generate", *stub.lm, *ASKED)
        assert again.json["calls"]["made"] == 0


def test_a_budget_is_hard_over_all_workers_and_a_local_run_goes_on(
    built_project: ProjectFolder, two_nodes: TwoNodes, stub: StubServer
) -> None:
    before = stub.calls
    code, out, errors = ended(
        built_project.start(
            "generate", *stub.lm, *UNJUDGED, *two_nodes.options, "--max-calls", "20"
        )
    )
    assert (code, out) == (3, ""), errors
    assert "the budget of 20 calls is spent" in errors
    assert stub.calls - before == 20 == len(journal_ids(built_project.artifacts))

    done = built_project.kakoc("generate", *stub.lm, *UNJUDGED)
    assert done.json["calls"]["from_journal"] == 20
    assert done.json["calls"]["made"] == stub.calls - before - 20
