"""The user's cache folder: where it is, locks in it, and remembered hashes of big files.

Does not know what is kept in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

LOCK_SECONDS = 3600.0
"""Longest wait for another process that is downloading."""


def cache_folder() -> Path:
    """`kakoc/` below `KAKOC_CACHE`, else below `XDG_CACHE_HOME`, else below `~/.cache`."""
    base = os.environ.get("KAKOC_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "kakoc"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path` against other processes.

    SQLite's own file lock is used: it works on every platform and ends with its process, so a
    killed download leaves no stale lock behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
    try:
        database.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        database.close()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, remembered in a side file as long as its size and time stay the same."""
    stat = path.stat()
    place = str(path.resolve())
    known = {"path": place, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    side_file = _side_file(place)
    with contextlib.suppress(OSError, ValueError, TypeError):
        remembered = json.loads(side_file.read_text(encoding="utf-8"))
        if {key: remembered[key] for key in known} == known:
            return str(remembered["sha256"])
    sha256 = hash_file(path)
    with contextlib.suppress(OSError):
        _write(side_file, json.dumps({**known, "sha256": sha256}))
    return sha256


def hash_file(path: Path) -> str:
    """SHA-256 of a file, read now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _side_file(path: str) -> Path:
    name = hashlib.sha256(path.encode()).hexdigest()[:24]
    return cache_folder() / "hashes" / f"{name}.json"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
