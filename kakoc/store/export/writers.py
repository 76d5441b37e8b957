"""Rows to files, a few at a time: JSONL and Parquet. Knows columns, not what they mean.

The sole place of an export that needs pyarrow.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Protocol

from kakoc.store.export.columns import Column, Row, shaped


class Writer(Protocol):
    """Takes rows until it is closed; then the file is on disk."""

    def write(self, row: Row) -> None: ...

    def close(self) -> None: ...


class JsonlWriter:
    """One row a line."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self.file = path.open("wb")

    def write(self, row: Row) -> None:
        text = json.dumps(shaped(self.columns, row), ensure_ascii=False, allow_nan=False)
        self.file.write(text.encode() + b"\n")

    def close(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()


class ParquetWriter:
    """A row group for every `group` rows, so that no more than those are held."""

    def __init__(self, path: Path, columns: tuple[Column, ...], group: int) -> None:
        import pyarrow.parquet as pq

        self.columns, self.group, self.path = columns, group, path
        self.schema = arrow_schema(columns)
        self.rows: list[Row] = []
        self.file = pq.ParquetWriter(path, self.schema, compression="zstd")

    def write(self, row: Row) -> None:
        self.rows.append(shaped(self.columns, row))
        if len(self.rows) == self.group:
            self._flush()

    def close(self) -> None:
        self._flush()
        self.file.close()
        with self.path.open("rb") as file:
            os.fsync(file.fileno())

    def _flush(self) -> None:
        import pyarrow as pa

        if self.rows:
            self.file.write_table(pa.Table.from_pylist(self.rows, schema=self.schema))
            self.rows = []


def arrow_schema(columns: tuple[Column, ...]) -> Any:
    """The Arrow schema of a table."""
    import pyarrow as pa

    return pa.schema([(column.name, _arrow(column)) for column in columns])


def _arrow(column: Column) -> Any:
    import pyarrow as pa

    if isinstance(column.kind, tuple):
        kind = pa.struct([(field.name, _arrow(field)) for field in column.kind])
    else:
        known = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
        kind = known[column.kind]
    return pa.list_(kind) if column.many else kind
