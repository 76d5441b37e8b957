"""The journal counted from outside: without a trace, beside a writer, and when it is damaged."""

from __future__ import annotations

from pathlib import Path

from project_kit import wait_until

from kakoc.lm import Journal
from kakoc.lm.journal import JournalRow
from kakoc.ports import CallSite
from kakoc.store.journal_file import JournalFile, look_at_journal
from kakoc.types import Usage


def journal_of(artifacts: Path) -> Path:
    return artifacts / "journal" / "journal.sqlite"


def fill(journal: Journal, rows: int) -> None:
    for index in range(rows):
        site = CallSite(role="seeker")
        journal.put(JournalRow(str(index), "m", site, b"{}", {}, Usage(), 0.1))


def test_there_is_none_and_none_is_made(tmp_path: Path) -> None:
    assert look_at_journal(tmp_path) == JournalFile(journal_of(tmp_path), 0, 0)
    assert list(tmp_path.iterdir()) == []


def test_rows_are_counted_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    with Journal(journal_of(tmp_path)) as journal:
        fill(journal, 3)
    before = journal_of(tmp_path).read_bytes()
    assert look_at_journal(tmp_path) == JournalFile(journal_of(tmp_path), len(before), 3)
    assert [path.name for path in journal_of(tmp_path).parent.iterdir()] == ["journal.sqlite"]
    assert journal_of(tmp_path).read_bytes() == before


def test_rows_of_a_writer_at_work_count_too(tmp_path: Path) -> None:
    with Journal(journal_of(tmp_path)) as journal:
        fill(journal, 2)
        wait_until(lambda: look_at_journal(tmp_path).rows == 2)
        assert look_at_journal(tmp_path).bytes > journal_of(tmp_path).stat().st_size
    assert look_at_journal(tmp_path).rows == 2


def test_a_damaged_journal_has_a_size_and_no_count(tmp_path: Path) -> None:
    journal_of(tmp_path).parent.mkdir()
    journal_of(tmp_path).write_bytes(b"no database" * 100)
    assert look_at_journal(tmp_path) == JournalFile(journal_of(tmp_path), 1100, None)
