"""Every reply ever paid for, by the hash of what was asked: cache, resume, replay and bill in one.

One SQLite file (WAL). Rows are committed in batches by one thread of its own, so that a caller
never waits for the disk; a row that waits is already found. Does not know what a reply is.
"""

from __future__ import annotations

import json
import sqlite3
import threading
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
# The first answer stays: an earlier run was told it.
PUT_CALL = "INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_MEMO = "INSERT OR REPLACE INTO memo VALUES (?, ?)"
GET_CALL = "SELECT * FROM calls WHERE key = ?"
GET_MEMO = "SELECT value FROM memo WHERE key = ?"

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One call that was answered."""

    key: str
    identity: str
    """The model, with what changes its output."""
    site: CallSite
    request: dict[str, Any]
    response: dict[str, Any]
    usage: Usage
    seconds: float


class Journal:
    """The file at `path`. Also a `kakoc.ports.Memo`. Usable from any thread; close it at the end.

    Raises:
        StoreError: the file is no journal, is of a newer version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = _open(path)
        self._changed = threading.Condition()
        self._waiting: dict[tuple[str, str], Values] = {}
        """(statement, key) -> values of the rows that are not committed yet."""
        self._closed = False
        self._failure: Exception | None = None
        self._flusher = threading.Thread(target=self._flush, name="kakoc-journal", daemon=True)
        self._flusher.start()

    def get(self, key: str) -> JournalRow | None:
        """The row of a call, committed or not."""
        values = self._find(PUT_CALL, GET_CALL, key)
        return _from_values(values) if values else None

    def put(self, row: JournalRow) -> None:
        """Keep a row. It is found at once and committed soon."""
        self._keep(PUT_CALL, row.key, _to_values(row))

    def recall(self, key: str) -> Any | None:
        values = self._find(PUT_MEMO, GET_MEMO, key)
        return json.loads(values[-1]) if values else None

    def remember(self, key: str, value: Any) -> None:
        # In its own order: what is recalled is written into records byte for byte.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        self._keep(PUT_MEMO, key, (key, text))

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

    def _find(self, put: str, get: str, key: str) -> Values | None:
        with self._changed:
            waiting = self._waiting.get((put, key))
            found: Values | None = waiting or self._reader.execute(get, (key,)).fetchone()
            return found

    def _keep(self, statement: str, key: str, values: Values) -> None:
        with self._changed:
            self._raise_failure()
            if self._closed:
                raise StoreError(f"the journal {self._path} is closed")
            self._waiting[statement, key] = values
            self._changed.notify_all()

    def _flush(self) -> None:
        try:
            database = _open(self._path)
            while batch := self._next_batch():
                _commit(database, batch)
                self._forget(batch)
            database.close()
        except Exception as error:  # told to whoever writes next
            self._failure = error

    def _next_batch(self) -> dict[tuple[str, str], Values]:
        """What waits, once there is enough of it or enough time went by; empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._changed.wait_for(self._batch_is_full, timeout=BATCH_SECONDS)
            return dict(self._waiting)

    def _batch_is_full(self) -> bool:
        return self._closed or len(self._waiting) >= BATCH_ROWS

    def _forget(self, batch: dict[tuple[str, str], Values]) -> None:
        with self._changed:
            for name, values in batch.items():
                if self._waiting.get(name) is values:
                    del self._waiting[name]

    def _raise_failure(self) -> None:
        if self._failure:
            raise StoreError(
                f"the journal {self._path} cannot be written: {self._failure}",
                "is the disk full, or the folder read-only?",
            ) from self._failure


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            _create(database)
        # Enough against a killed process; a power cut may cost the last batches, never the file.
        database.execute("PRAGMA synchronous = NORMAL")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be opened as a journal: {error}") from error
    if version > VERSION:
        database.close()
        raise StoreError(
            f"the journal {path} has version {version}; this kakoc knows up to {VERSION}",
            "use the newer kakoc that wrote it, or another journal folder",
        )
    return database


def _create(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(f"{SCHEMA} PRAGMA user_version = {VERSION};")


def _commit(database: sqlite3.Connection, batch: dict[tuple[str, str], Values]) -> None:
    with database:
        for (statement, _), values in batch.items():
            database.execute(statement, values)


def _to_values(row: JournalRow) -> Values:
    site, usage = row.site, row.usage
    return (
        *(row.key, row.identity, site.role, site.persona, site.turn, site.variant),
        *(zlib.compress(canonical(row.request)), canonical(row.response).decode()),
        *(usage.prompt, usage.cached, usage.completion, row.seconds),
    )


def _from_values(values: Values) -> JournalRow:
    key, identity, role, persona, turn, variant, request, response = values[:8]
    prompt, cached, completion, seconds = values[8:]
    return JournalRow(
        key=key,
        identity=identity,
        site=CallSite(role=role, persona=persona, turn=turn, variant=variant),
        request=json.loads(zlib.decompress(request)),
        response=json.loads(response),
        usage=Usage(prompt=prompt, cached=cached, completion=completion),
        seconds=seconds,
    )
