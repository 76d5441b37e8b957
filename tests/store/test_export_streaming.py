"""No more of a run is held than a few rows, however long it is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from export_kit import export, make_run, talk

from kakoc.store.export.columns import Column, Row
from kakoc.store.export.writers import JsonlWriter, ParquetWriter, Writer

COLUMNS = (Column("id", "int"), Column("text", "text"))
MANY = 4000
LONG = 2000
MOST = 3_000_000
"""Bytes; all rows would be 8 million."""


def rows() -> Iterator[Row]:
    for number in range(MANY):
        yield {"id": number, "text": f"{number:0{LONG}d}"}


def written(writer: Writer) -> int:
    """The most bytes that Python held while all rows were written."""
    tracemalloc.start()
    for row in rows():
        writer.write(row)
    writer.close()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_parquet_is_written_a_row_group_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    warm = ParquetWriter(path, COLUMNS, group=1)  # what is imported on first use is no part of it
    warm.write({"id": 0, "text": ""})
    warm.close()
    assert written(ParquetWriter(path, COLUMNS, group=500)) < MOST
    file = pq.ParquetFile(path)
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (MANY, 8)
    assert file.read(columns=["id"]).column("id").to_pylist() == list(range(MANY))


def test_jsonl_is_written_a_line_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert written(JsonlWriter(path, COLUMNS)) < MOST
    with path.open() as lines:
        assert sum(1 for _ in lines) == MANY


def test_a_last_group_that_is_not_full_is_written_too(tmp_path: Path) -> None:
    writer = ParquetWriter(tmp_path / "rows.parquet", COLUMNS, group=3)
    for row in list(rows())[:7]:
        writer.write(row)
    writer.close()
    assert pq.ParquetFile(tmp_path / "rows.parquet").metadata.num_row_groups == 3


@pytest.mark.parametrize("form", ["jsonl", "sft", "hf"])
def test_a_long_run_needs_no_more_than_a_short_one(tmp_path: Path, form: str) -> None:
    most = {}
    for count in (20, 400):
        folder = tmp_path / str(count)
        talks = [talk("cairo", id=f"t{number}") for number in range(count)]
        run = make_run(folder, talks, pairs=())
        del talks
        export(run, form, folder / "warm")  # what is imported on first use is no part of it
        tracemalloc.start()
        export(run, form, folder / "out")
        _, most[count] = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most[400] < 3 * most[20] + 1_000_000, most
