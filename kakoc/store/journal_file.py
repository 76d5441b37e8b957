"""How large the journal is, asked beside whoever writes it. Opens it for reading only.

Knows the name of its table. Does not know which run a row belongs to: rows are found by what was
asked, runs share them, and nobody records who asked first.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What can be said of a journal from outside."""

    path: Path
    bytes: int
    """With what SQLite has not merged into the file yet; 0: there is none."""
    rows: int | None
    """Calls in it, of all runs; None: they cannot be counted."""


def look_at_journal(artifacts: Path) -> JournalFile:
    """The journal below `artifacts`. A journal that is damaged is no error here."""
    path = artifacts / "journal" / "journal.sqlite"
    if not path.is_file():
        return JournalFile(path, 0, 0)
    log = path.with_name(f"{path.name}-wal")
    size = path.stat().st_size + (log.stat().st_size if log.is_file() else 0)
    return JournalFile(path, size, _rows(path, log))


def _rows(path: Path, log: Path) -> int | None:
    # Without a log nobody writes, and `immutable` leaves no file beside the journal; with one,
    # its rows count too.
    mode = "mode=ro" if os.path.isfile(log) else "immutable=1"
    with contextlib.suppress(sqlite3.Error):
        database = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=WAIT_SECONDS)
        with contextlib.closing(database):
            return int(database.execute("SELECT count(*) FROM calls").fetchone()[0])
    return None
