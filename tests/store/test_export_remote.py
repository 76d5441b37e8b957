"""An export on object storage: the bytes of a local one, and it takes nobody's place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from export_kit import export, make_run
from s3_kit import BUCKET

from kakoc.errors import StoreError
from kakoc.store.export.remote import send
from kakoc.store.lance import is_remote

PLACE = f"s3://{BUCKET}/sets/one"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    export(make_run(tmp_path / "runs"), "hf", tmp_path / "out")
    return tmp_path / "out"


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def there(s3: Any) -> dict[str, bytes]:
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    found = {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
    return {
        key.removeprefix("sets/one/"): data for key, data in found.items() if not key.endswith("/")
    }


def test_the_bytes_are_those_of_a_local_export(s3: Any, made: Path) -> None:
    send(made, PLACE)
    assert there(s3) == files(made)


def test_an_older_export_is_replaced_whole(s3: Any, made: Path, tmp_path: Path) -> None:
    send(made, PLACE)
    export(make_run(tmp_path / "other"), "sft", tmp_path / "sft")
    send(tmp_path / "sft", f"{PLACE}/")
    assert there(s3) == files(tmp_path / "sft")


def test_what_somebody_else_put_there_is_left_alone(s3: Any, made: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key="sets/one/notes.txt", Body=b"mine")
    with pytest.raises(StoreError, match=r"holds notes\.txt, which no export wrote"):
        send(made, PLACE)
    assert there(s3) == {"notes.txt": b"mine"}


def test_one_that_was_cut_off_says_so_and_can_be_sent_again(
    s3: Any, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def broken(path: Path) -> bytes:
        if path.name == "croissant.json":
            raise OSError("the line is cut")
        return read(path)

    with monkeypatch.context() as patched, pytest.raises(StoreError, match="the line is cut"):
        patched.setattr(Path, "read_bytes", broken)
        send(made, PLACE)
    assert json.loads(there(s3)["manifest.json"])["incomplete"] is True
    send(made, PLACE)
    assert there(s3) == files(made)


def test_a_place_that_cannot_be_written_is_named(s3: Any, made: Path) -> None:
    with pytest.raises(StoreError, match="s3://no-such-bucket-of-ours/x"):
        send(made, "s3://no-such-bucket-of-ours/x")
    assert [is_remote(place) for place in (PLACE, "out", "/abs/out")] == [True, False, False]
