"""The journal file: batches, reopening, a killed process, memo, versions."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kakoc.errors import StoreError
from kakoc.lm import journal as journal_module
from kakoc.lm.journal import BATCH_ROWS, BATCH_SECONDS, Journal, JournalRow
from kakoc.ports import CallSite
from kakoc.types import Usage

ROW = JournalRow(
    key="k",
    identity="embedded/tiny@00000000",
    site=CallSite("supporter", "seeker_001", 3, "0.5"),
    request='{"messages":["grüezi"]}'.encode(),
    response={"text": "hello"},
    usage=Usage(prompt=10, cached=6, completion=4),
    seconds=0.25,
)


def committed(path: Path, table: str = "calls") -> int:
    with sqlite3.connect(path) as database:
        count: int = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count


def wait_until_committed(path: Path, count: int) -> float:
    started = time.monotonic()
    while committed(path) < count:
        assert time.monotonic() - started < 10, "the journal did not commit"
        time.sleep(0.01)
    return time.monotonic() - started


def test_a_row_is_found_before_it_is_committed(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.sqlite") as journal:
        journal.put(ROW)
        assert journal.get("k") == ROW
        assert journal.get("other") is None


def test_a_row_survives_reopening_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "j.sqlite"
    with Journal(path) as journal:
        journal.put(ROW)
    with Journal(path) as journal:
        assert journal.get("k") == ROW


def test_a_lonely_row_is_committed_soon(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    with Journal(path) as journal:
        journal.put(ROW)
        assert wait_until_committed(path, 1) < BATCH_SECONDS + 2
        assert journal.get("k") == ROW


def test_many_rows_are_committed_in_few_transactions(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    with Journal(path) as journal:
        for number in range(4 * BATCH_ROWS):
            journal.put(replace(ROW, key=f"k{number}"))
        wait_until_committed(path, 4 * BATCH_ROWS)
        with sqlite3.connect(path) as database:
            # The counter moves once for each write transaction of another connection.
            before = database.execute("PRAGMA data_version").fetchone()[0]
            for number in range(BATCH_ROWS):
                journal.put(replace(ROW, key=f"late{number}"))
            wait_until_committed(path, 5 * BATCH_ROWS)
            after = database.execute("PRAGMA data_version").fetchone()[0]
    assert after - before < BATCH_ROWS / 4


def test_the_first_answer_to_a_call_stays(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    with Journal(path) as first, Journal(path) as second:
        first.put(ROW)
        wait_until_committed(path, 1)
        second.put(replace(ROW, response={"text": "late"}))
    with Journal(path) as journal:
        assert journal.get("k") == ROW


def test_memo_keeps_json_and_the_last_value(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    with Journal(path) as journal:
        assert journal.recall("score") is None
        journal.remember("score", {"empathy": 0.25, "reasons": ["short"]})
        journal.remember("other", 1)
        journal.remember("other", 2)
        assert journal.recall("other") == 2
    with Journal(path) as journal:
        assert journal.recall("score") == {"empathy": 0.25, "reasons": ["short"]}
        assert journal.recall("other") == 2


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="version 99"):
        Journal(path)


def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE calls (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="no journal, or older than all of them"):
        Journal(path)
    assert path.read_bytes() == before


def test_an_older_journal_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j.sqlite"
    Journal(path).close()
    monkeypatch.setattr(journal_module, "VERSION", 2)
    with pytest.raises(StoreError, match="version 1; this kakoc knows version 2") as caught:
        Journal(path)
    assert "use the kakoc that wrote it" in caught.value.hint


def test_many_open_a_new_journal_at_once(tmp_path: Path) -> None:
    """Each finds it whole or creates it; none takes another's half of it for a foreign file."""
    path = tmp_path / "j.sqlite"
    for _ in range(20):
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(lambda _: Journal(path), range(8)))
        for journal in opened:
            journal.close()
        path.unlink()


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    path.write_text("not a database, and long enough to tell" * 40)
    with pytest.raises(StoreError, match=r"j\.sqlite"):
        Journal(path)


def test_a_closed_journal_takes_no_rows(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    journal.close()
    journal.close()
    with pytest.raises(StoreError, match="closed"):
        journal.put(ROW)


def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    journal = Journal(path)
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE calls")
    journal.put(ROW)
    with pytest.raises(StoreError, match="cannot be written"):
        journal.close()


WRITER = """
import sys, itertools, dataclasses
from pathlib import Path
from kakoc.lm.journal import Journal, JournalRow
from kakoc.ports import CallSite
from kakoc.types import Usage
journal = Journal(Path(sys.argv[1]))
for number in itertools.count():
    row = JournalRow(f"k{number}", "m", CallSite("seeker"), b"{}", {"n": number}, Usage(), 0.0)
    journal.put(row)
    if number % 500 == 0:
        print(number, flush=True)
"""


def test_kill_minus_nine_keeps_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite"
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    wait_until_committed(path, 200)
    seen = committed(path)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with Journal(path) as journal:
        rows = [journal.get(f"k{number}") for number in range(seen)]
    assert [row and row.response for row in rows] == [{"n": number} for number in range(seen)]
