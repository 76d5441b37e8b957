"""Lance tables: rows in a folder or on object storage, each write a version of its own.

The sole home of lancedb. A write is one commit, so that a reader sees all of it or nothing, also
while others write: on S3 that rests on conditional PUT. Knows no record of ours.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kakoc.errors import StoreError, boundary

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
"""Environment variables that name another server than Amazon's; the first one wins."""
INDEX_FROM = 200_000
"""Rows from which on an index of vectors pays."""
FOREVER = timedelta(days=365_000)
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


def is_text(column: str, value: str) -> str:
    """The SQL condition that a column holds exactly this text."""
    quoted = value.replace("'", "''")
    return f"{column} = '{quoted}'"


def _connected(uri: str) -> Any:
    import lancedb

    return lancedb.connect(uri, storage_options=storage_options() if is_remote(uri) else None)


def _hint(uri: str) -> str:
    return REMOTE if is_remote(uri) else HERE


def open_table(uri: str, name: str, schema: Any = None) -> Any:
    """The table `name` of the database at `uri`: a folder, or `s3://bucket/folder`.

    Args:
        schema: of Arrow; with it a table that is not there is made, else it is an error.

    Raises:
        StoreError: there is none, or the place cannot be reached.
    """
    with boundary(StoreError, f"Lance table {name} at {uri}", _hint(uri)):
        database = _connected(uri)
        if schema is None:
            return database.open_table(name)
        table = database.create_table(name, schema=schema, exist_ok=True)
        lacking = [field for field in schema if field.name not in table.schema.names]
        if lacking:  # a judge that is new, say; rows that are there have nothing in it
            table.add_columns(lacking)
        return table


def has_table(uri: str, name: str) -> bool:
    """Whether there is such a table.

    Raises:
        StoreError: the place cannot be reached.
    """
    with boundary(StoreError, f"Lance tables at {uri}", _hint(uri)):
        if not is_remote(uri) and not os.path.isdir(uri):
            return False
        database = _connected(uri)
        known, token = list[str](), ""
        while True:
            page = database.list_tables(page_token=token or None)
            known += page.tables
            token = page.page_token or ""
            if not token:
                return name in known


def read_rows(
    uri: str, name: str, columns: Sequence[str], where: str, version: int | None = None
) -> Any:
    """Columns of the rows that an SQL condition holds for, as an Arrow table.

    Args:
        version: as the table was then; none: as it is.

    Raises:
        StoreError: there is no such table, column or version.
    """
    table = open_table(uri, name)
    with boundary(StoreError, f"Lance table {name} at {uri}", _hint(uri)):
        if version is not None:
            table.checkout(version)
        held = [column for column in columns if column in table.schema.names]
        most = max(1, table.count_rows())
        return table.search().where(where).select(held).limit(most).to_arrow()


def tidy(uri: str, name: str, text: str, vector: str) -> int:
    """Compact a table and bring its indexes up to date; returns the version that this makes.

    An index of words is made with the first rows. One of vectors is made from `INDEX_FROM` rows
    on: below, to compare all is faster than a person notices, and exact. No version goes, because
    exports name them.

    Raises:
        StoreError: the place cannot be reached.
    """
    from lancedb.index import FTS, IvfFlat

    table = open_table(uri, name)
    with boundary(StoreError, f"cannot index Lance table {name} at {uri}", _hint(uri)):
        indexed = {column for index in table.list_indices() for column in index.columns}
        if text not in indexed:
            # Any language: no stems and no stop words of one.
            words = FTS(stem=False, remove_stop_words=False)
            table.create_index(text, config=words)
        if vector not in indexed and table.count_rows() >= INDEX_FROM:
            table.create_index(vector, config=IvfFlat(distance_type="cosine"))
        table.optimize(cleanup_older_than=FOREVER)
        table.checkout_latest()
        return int(table.version)


def search_rows(
    uri: str,
    name: str,
    how: str,
    text: str,
    vector: Any,
    where: str,
    most: int,
) -> list[dict[str, Any]]:
    """The best rows of a table, each with a `score` (larger is better), without its vector.

    Args:
        how: `vector` by meaning (cosine), `text` by words (BM25), `hybrid` by the ranks in both
            (reciprocal rank fusion).
        where: SQL condition; empty: all rows.

    Raises:
        StoreError: there is no such table, or the condition is none.
    """
    from lancedb.rerankers import RRFReranker

    table = open_table(uri, name)
    with boundary(StoreError, f"Lance table {name} at {uri}", f"columns: {_columns(table)}"):
        if how == "vector":
            query = table.search(vector, vector_column_name="vector").distance_type("cosine")
        elif how == "text":
            query = table.search(text, query_type="fts", fts_columns="text")
        else:
            query = table.search(
                query_type="hybrid", vector_column_name="vector", fts_columns="text"
            )
            query = query.vector(vector).text(text).distance_type("cosine").rerank(RRFReranker())
        if where:
            query = query.where(where, prefilter=True)
        return [_scored(row) for row in query.limit(most).to_list()]


def _columns(table: Any) -> str:
    return ", ".join(column for column in table.schema.names if column != "vector")


def _scored(row: dict[str, Any]) -> dict[str, Any]:
    told = {k: v for k, v in row.items() if not k.startswith("_") and k != "vector"}
    if "_relevance_score" in row:
        return {"score": round(row["_relevance_score"], 4), **told}
    score = row["_score"] if "_score" in row else 1 - row["_distance"]
    return {"score": round(score, 4), **told}


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
