"""What was written: files of a table with their rows, bytes and hashes. Plain values."""

from __future__ import annotations

from dataclasses import dataclass

from kakoc.store.export.columns import Column

WHOLE = "everything"
"""Split of a table that is not split: nobody trains on test cities without saying so."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of rows."""

    path: str
    """Below the folder of the export."""
    split: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Written:
    """One table on disk."""

    name: str
    about: str
    columns: tuple[Column, ...]
    files: tuple[DataFile, ...]
    kind: str
    """jsonl or parquet."""

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)
