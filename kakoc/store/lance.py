"""Lance tables: rows in a folder or on object storage, each write a version of its own.

The sole home of lancedb. A write is one commit, so that a reader sees all of it or nothing, also
while others write: on S3 that rests on conditional PUT. Knows no record of ours.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.errors import StoreError, boundary

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
"""Environment variables that name another server than Amazon's; the first one wins."""
REMOTE = "keys, region and endpoint of S3 come from the environment: AWS_ACCESS_KEY_ID and so on"
HERE = "is the disk full, or is the table of another version of kakoc?"


@dataclass(frozen=True, slots=True)
class Written:
    """What a table holds after a write."""

    uri: str
    table: str
    version: int
    rows: int


def storage_options(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What Lance does not find in the environment by itself: another server, and plain HTTP."""
    found = next((environment[name] for name in ENDPOINTS if environment.get(name)), "")
    if not found:
        return {}
    is_plain = found.startswith("http://")
    return {"aws_endpoint": found, **({"allow_http": "true"} if is_plain else {})}


def is_remote(uri: str) -> bool:
    """Whether `uri` is an address such as `s3://bucket/folder`, and no folder."""
    return "://" in uri


def _hint(uri: str) -> str:
    return REMOTE if is_remote(uri) else HERE


def open_table(uri: str, name: str, schema: Any = None) -> Any:
    """The table `name` of the database at `uri`: a folder, or `s3://bucket/folder`.

    Args:
        schema: of Arrow; with it a table that is not there is made, else it is an error.

    Raises:
        StoreError: there is none, or the place cannot be reached.
    """
    import lancedb

    with boundary(StoreError, f"Lance table {name} at {uri}", _hint(uri)):
        options = storage_options() if is_remote(uri) else None
        database = lancedb.connect(uri, storage_options=options)
        if schema is None:
            return database.open_table(name)
        return database.create_table(name, schema=schema, exist_ok=True)


def write_rows(
    uri: str,
    name: str,
    schema: Any,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    replacing: str,
) -> Written:
    """Put rows into a table, in one commit; written again, they are there once.

    Args:
        keys: columns that tell rows apart; a row that is there already is replaced.
        replacing: SQL condition; rows that it holds for go, unless they are among `rows`.

    Raises:
        StoreError: the place cannot be reached, or the table has another shape.
    """
    import pyarrow as pa

    table = open_table(uri, name, schema)
    with boundary(StoreError, f"cannot write Lance table {name} at {uri}", _hint(uri)):
        merge = table.merge_insert(list(keys)).when_matched_update_all()
        merge = merge.when_not_matched_insert_all().when_not_matched_by_source_delete(replacing)
        merge.execute(pa.Table.from_pylist([dict(row) for row in rows], schema=schema))
        table.checkout_latest()
        return Written(uri, name, int(table.version), int(table.count_rows()))
