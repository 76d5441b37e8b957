"""Lance tables, in a folder and on a local server that speaks S3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from export_kit import make_run
from s3_kit import BUCKET

from kakoc.errors import StoreError
from kakoc.store.lance import open_table, storage_options, write_rows
from kakoc.store.lance_runs import write_conversations

SCHEMA = pa.schema([("run", pa.string()), ("id", pa.string()), ("text", pa.string())])


def rows(run: str, *ids: str, text: str = "words") -> list[dict[str, str]]:
    return [{"run": run, "id": name, "text": text} for name in ids]


def write(uri: str, run: str, *ids: str, text: str = "words") -> int:
    found = rows(run, *ids, text=text)
    return write_rows(uri, "t", SCHEMA, found, ("run", "id"), f"run = '{run}'").rows


def held(uri: str) -> list[tuple[str, str, str]]:
    table = open_table(uri, "t").to_arrow().to_pylist()
    return sorted((row["run"], row["id"], row["text"]) for row in table)


@pytest.fixture(params=["folder", "s3"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "lance")
    request.getfixturevalue("s3")
    return f"s3://{BUCKET}/some/lance"


def test_a_run_that_is_written_again_takes_its_own_place(uri: str) -> None:
    assert write(uri, "r1", "a", "b") == 2
    assert write(uri, "r2", "a") == 3
    assert write(uri, "r1", "b", "c", text="other") == 3
    assert held(uri) == [("r1", "b", "other"), ("r1", "c", "other"), ("r2", "a", "words")]


def test_every_write_is_a_version(uri: str) -> None:
    first = write_rows(uri, "t", SCHEMA, rows("r", "a"), ("run", "id"), "run = 'r'")
    second = write_rows(uri, "t", SCHEMA, rows("r", "b"), ("run", "id"), "run = 'r'")
    assert second.version > first.version
    table = open_table(uri, "t")
    table.checkout(first.version)
    assert [row["id"] for row in table.to_arrow().to_pylist()] == ["a"]


def test_writers_at_the_same_time_lose_nothing(uri: str) -> None:
    write(uri, "r0", "a")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write(uri, f"r{number}", "a", "b"), range(1, 5)))
    assert len(held(uri)) == 1 + 4 * 2


def test_a_table_of_another_shape_is_refused(uri: str) -> None:
    write(uri, "r", "a")
    other = pa.schema([("run", pa.string()), ("id", pa.string())])
    with pytest.raises(StoreError, match="does not match"):
        write_rows(uri, "t", other, [{"run": "r", "id": "a"}], ("run", "id"), "run = 'r'")


def test_a_table_that_is_not_there_is_an_error(uri: str) -> None:
    with pytest.raises(StoreError, match="Lance table t at"):
        open_table(uri, "t")


def test_conversations_of_a_run_are_rows(uri: str, tmp_path: Path) -> None:
    folder = make_run(tmp_path / "runs")
    talks = list(folder.read("conversations"))
    written = write_conversations(uri, "run'1", folder)
    assert written.rows == len(talks)
    assert write_conversations(uri, "run'1", folder).rows == len(talks)
    table = open_table(uri, "conversations").to_arrow().sort_by("position").to_pylist()
    assert [row["id"] for row in table] == [talk.id for talk in talks]
    assert [
        [[variant["text"] for variant in turn["variants"]] for turn in row["turns"]]
        for row in table
    ] == [[[v.text for v in turn.variants] for turn in talk.turns] for talk in talks]


def test_the_local_server_refuses_a_name_that_is_taken(s3: Any) -> None:
    def put(number: int) -> bool:
        try:
            s3.put_object(Bucket=BUCKET, Key="name", Body=str(number).encode(), IfNoneMatch="*")
        except s3.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "PreconditionFailed"
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(put, range(32))) == 1


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({}, {}),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            {"aws_endpoint": "http://127.0.0.1:1", "allow_http": "true"},
        ),
        (
            {"AWS_ENDPOINT_URL": "https://other", "AWS_ENDPOINT_URL_S3": "https://server"},
            {"aws_endpoint": "https://server"},
        ),
    ],
)
def test_options_of_storage_come_from_the_environment(
    environment: dict[str, str], options: dict[str, str]
) -> None:
    assert storage_options(environment) == options
