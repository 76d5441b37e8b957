"""Every reply ever paid for, by the hash of what was asked: cache, resume, replay and bill in one.

One SQLite file (WAL). Rows are committed in batches by one thread of its own, so that a caller
never waits for the disk; a row that waits is already found. Does not know what a reply is.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kakoc.errors import StoreError
from kakoc.ports import CallSite
from kakoc.types import Usage, canonical

VERSION = 1
BATCH_ROWS = 64
BATCH_SECONDS = 0.2
MOST_WAITING = 2 * BATCH_ROWS
"""Rows that a killed process may lose. Who has more to keep waits, and so lets the thread have the
processor that it lacks."""
BUSY_SECONDS = 60.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY, identity TEXT NOT NULL,
    role TEXT NOT NULL, persona TEXT NOT NULL, turn INTEGER NOT NULL, variant TEXT NOT NULL,
    request BLOB NOT NULL, response TEXT NOT NULL,
    prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL,
    seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
STATE = "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"
"""Both at one moment: another process may be creating the tables."""
# The first answer stays: an earlier run was told it.
PUT_CALL = "INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_MEMO = "INSERT OR REPLACE INTO memo VALUES (?, ?)"
GET_CALL = "SELECT * FROM calls WHERE key = ?"
GET_MEMO = "SELECT value FROM memo WHERE key = ?"

Values = tuple[Any, ...]
Batch = dict[tuple[str, str], "JournalRow | Values"]
"""By statement and key."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One call that was answered."""

    key: str
    identity: str
    """The model, with what changes its output."""
    site: CallSite
    request: bytes
    """What was asked, as canonical JSON."""
    response: dict[str, Any]
    usage: Usage
    seconds: float


class Journal:
    """The file at `path`. Also a `kakoc.ports.Memo`. Usable from any thread; close it at the end.

    Args:
        shared: a new file lies where several machines see it, so it has no write-ahead log, which
            needs memory that all who open it have in common.

    Raises:
        StoreError: the file is no journal, is of a newer version, or cannot be written.
    """

    def __init__(self, path: Path, shared: bool = False) -> None:
        self._path = path
        self._reader = _open(path, shared)
        self._changed = threading.Condition()
        self._waiting: Batch = {}
        """What is not committed yet. Calls are packed by the committing thread: it has the time."""
        self._closed = False
        self._failure: Exception | None = None
        self._flusher = threading.Thread(target=self._flush, name="kakoc-journal", daemon=True)
        self._flusher.start()

    def get(self, key: str) -> JournalRow | None:
        """The row of a call, committed or not."""
        found = self._find(PUT_CALL, GET_CALL, key)
        return _from_values(found) if isinstance(found, tuple) else found

    def put(self, row: JournalRow) -> None:
        """Keep a row. It is found at once and committed soon."""
        self._keep(PUT_CALL, row.key, row)

    def recall(self, key: str) -> Any | None:
        found = self._find(PUT_MEMO, GET_MEMO, key)
        return json.loads(found[-1]) if isinstance(found, tuple) else None

    def remember(self, key: str, value: Any) -> None:
        # In its own order: what is recalled is written into records byte for byte.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        self._keep(PUT_MEMO, key, (key, text))

    def settle(self) -> None:
        """Return when everything that was kept so far is committed."""
        with self._changed:
            kept = dict(self._waiting)
            self._changed.wait_for(lambda: self._failure or not self._is_waiting(kept))
            self._raise_failure()

    def close(self) -> None:
        """Commit what waits. Safe to call twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._flusher.join()
        self._reader.close()
        self._raise_failure()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _find(self, put: str, get: str, key: str) -> JournalRow | Values | None:
        with self._changed:
            waiting = self._waiting.get((put, key))
            found: JournalRow | Values | None = (
                waiting or self._reader.execute(get, (key,)).fetchone()
            )
            return found

    def _keep(self, statement: str, key: str, row: JournalRow | Values) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < MOST_WAITING or self._failure)
            self._raise_failure()
            if self._closed:
                raise StoreError(f"the journal {self._path} is closed")
            self._waiting[statement, key] = row
            # In between, the thread would only wake up to find that there is no batch yet.
            if len(self._waiting) in (1, BATCH_ROWS):
                self._changed.notify_all()

    def _flush(self) -> None:
        try:
            database = _open(self._path)
            while batch := self._next_batch():
                _commit(database, batch)
                self._forget(batch)
            database.close()
        except Exception as error:  # told to whoever writes next
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _next_batch(self) -> Batch:
        """What waits, once there is enough of it or enough time went by; empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._changed.wait_for(self._batch_is_full, timeout=BATCH_SECONDS)
            return dict(self._waiting)

    def _batch_is_full(self) -> bool:
        return self._closed or len(self._waiting) >= BATCH_ROWS

    def _forget(self, batch: Batch) -> None:
        with self._changed:
            for name, values in batch.items():
                if self._waiting.get(name) is values:
                    del self._waiting[name]
            self._changed.notify_all()

    def _is_waiting(self, rows: Batch) -> bool:
        return any(self._waiting.get(name) is values for name, values in rows.items())

    def _raise_failure(self) -> None:
        if self._failure:
            raise StoreError(
                f"the journal {self._path} cannot be written: {self._failure}",
                "is the disk full, or the folder read-only?",
            ) from self._failure


def _open(path: Path, shared: bool = False) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        version, tables = database.execute(STATE).fetchone()
        if (version, tables) == (0, 0):
            version = _create(database, shared)
        # Enough against a killed process; a power cut may cost the last batches, never the file.
        database.execute("PRAGMA synchronous = NORMAL")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{path} cannot be opened as a journal: {error}",
            "is the disk full, the folder read-only, or the file something else?",
        ) from error
    if version != VERSION:
        database.close()
        what = f"has version {version}" if version else "is no journal, or older than all of them"
        raise StoreError(
            f"the journal {path} {what}; this kakoc knows version {VERSION}",
            "use the kakoc that wrote it, or move the file away; calls in it are then paid anew",
        )
    return database


def _create(database: sqlite3.Connection, shared: bool) -> int:
    _set_mode(database, "DELETE" if shared else "WAL")
    # In one step, so that a file with tables and without a version is somebody else's.
    database.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    return VERSION


def _set_mode(database: sqlite3.Connection, mode: str) -> None:
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute(f"PRAGMA journal_mode = {mode}")
            return
        except sqlite3.OperationalError as error:
            # SQLite refuses two that set it at once without the wait it has for all else.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
        time.sleep(0.01)


def _commit(database: sqlite3.Connection, batch: Batch) -> None:
    with database:
        for (statement, _), row in batch.items():
            values = _to_values(row) if isinstance(row, JournalRow) else row
            database.execute(statement, values)


def _to_values(row: JournalRow) -> Values:
    site, usage = row.site, row.usage
    return (
        *(row.key, row.identity, site.role, site.persona, site.turn, site.variant),
        *(zlib.compress(row.request), canonical(row.response).decode()),
        *(usage.prompt, usage.cached, usage.completion, row.seconds),
    )


def _from_values(values: Values) -> JournalRow:
    key, identity, role, persona, turn, variant, request, response = values[:8]
    prompt, cached, completion, seconds = values[8:]
    return JournalRow(
        key=key,
        identity=identity,
        site=CallSite(role=role, persona=persona, turn=turn, variant=variant),
        request=zlib.decompress(request),
        response=json.loads(response),
        usage=Usage(prompt=prompt, cached=cached, completion=completion),
        seconds=seconds,
    )
