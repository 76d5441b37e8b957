"""Files that are either whole or not there: temporary name, flush to disk, rename."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError
from kakoc.types import Record


def write_file(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step; a reader sees the old or the new file, never half.

    Raises:
        StoreError: the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error}", "is the disk full or read-only?"
        ) from error


def write_json(path: Path, value: Any) -> None:
    """`value` as indented JSON with a final newline."""
    write_file(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def read_json(path: Path) -> Any:
    """The JSON value in `path`.

    Raises:
        StoreError: it cannot be read or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"cannot read {path}: {error}") from error


def jsonl(records: Iterable[Record]) -> bytes:
    """One record a line."""
    return b"".join(record.model_dump_json().encode() + b"\n" for record in records)


def read_jsonl(path: Path) -> Iterator[Any]:
    """The JSON value of each line."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise StoreError(f"{path}:{number}: not JSON: {error}") from error
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error}") from error
