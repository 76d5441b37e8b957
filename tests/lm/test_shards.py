"""Shards of the journal: what workers write goes into the main journal, also after a kill."""

from __future__ import annotations

import fcntl
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from test_journal import ROW, committed

from kakoc.errors import StoreError
from kakoc.lm.journal import Journal
from kakoc.lm.shards import Paid, ShardJournal, Shards, take_in_leftovers


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """A main journal that holds one call."""
    path = tmp_path / "journal" / "journal.sqlite"
    with Journal(path) as journal:
        journal.put(replace(ROW, key="before"))
        journal.remember("score", 0.5)
    return path


def work(shards: Shards, worker: str, *keys: str) -> None:
    with ShardJournal(shards.path_of(worker)) as journal:
        for key in keys:
            journal.put(replace(ROW, key=key))


def test_a_worker_reads_what_was_paid_before(main: Path) -> None:
    with Shards(main, "run").opened() as shards, ShardJournal(shards.path_of("a")) as journal:
        assert journal.get("before") is None
        journal.read_too([shards.base])
        found = journal.get("before")
        assert found is not None
        assert (found.response, found.usage) == (ROW.response, ROW.usage)
        assert journal.recall("score") == 0.5
        assert journal.recall("other") is None


def test_a_worker_reads_the_shard_of_a_lost_one(main: Path) -> None:
    with Shards(main, "run").opened() as shards:
        work(shards, "lost", "k")
        with ShardJournal(shards.path_of("b")) as journal:
            journal.read_too([shards.path_of("lost"), shards.path_of("never_was")])
            assert journal.get("k") is not None


def test_everything_goes_into_the_main_journal(main: Path) -> None:
    with Shards(main, "run").opened() as shards:
        work(shards, "a", "k", "l")
        work(shards, "b", "l", "m")
        shards.path_of("c").touch()  # a worker that was lost before it wrote anything
    assert committed(main) == 4
    assert shards.paid == {"a": _paid(2), "b": _paid(2), "c": Paid()}
    assert not shards.folder.exists()


def _paid(calls: int) -> Paid:
    usage = ROW.usage
    return Paid(calls, type(usage)(**{k: v * calls for k, v in usage.model_dump().items()}))


def test_the_first_answer_stays(main: Path) -> None:
    with Shards(main, "run").opened() as shards, ShardJournal(shards.path_of("a")) as journal:
        journal.put(replace(ROW, key="before", response={"text": "another"}))
    with Journal(main) as journal:
        found = journal.get("before")
        assert found is not None
        assert found.response == ROW.response


def test_what_a_killed_command_left_is_taken_in(main: Path) -> None:
    left = Shards(main, "killed")
    left.folder.mkdir(parents=True)
    work(left, "a", "k")
    take_in_leftovers(main)
    assert committed(main) == 2
    assert not left.folder.exists()


def test_the_shards_of_a_run_under_way_are_left_alone(main: Path) -> None:
    other = Shards(main, "other")
    other.folder.mkdir(parents=True)
    work(other, "a", "k")
    with (other.folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        take_in_leftovers(main)
        with pytest.raises(StoreError, match="another process"), other.opened():
            pass
    assert committed(main) == 1
    assert committed(other.path_of("a")) == 1


def test_a_shard_has_no_write_ahead_log(tmp_path: Path) -> None:
    with ShardJournal(tmp_path / "a.sqlite") as journal:
        journal.put(ROW)
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_what_is_settled_is_committed(tmp_path: Path) -> None:
    with ShardJournal(tmp_path / "a.sqlite") as journal:
        journal.settle()
        journal.put(ROW)
        journal.settle()
        assert committed(tmp_path / "a.sqlite") == 1
