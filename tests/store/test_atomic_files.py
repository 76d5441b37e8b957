"""Files are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kakoc.errors import StoreError
from kakoc.store.files import jsonl, read_json, read_jsonl, write_file, write_json
from kakoc.types import Message, Usage


def test_what_is_written_is_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file.bin"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["file.bin"]
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "file.bin"
    write_file(path, b"old")

    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises((StoreError, KeyboardInterrupt)):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file.bin"]


def test_a_disk_that_refuses_is_a_store_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="cannot write") as caught:
        write_file(tmp_path / "file" / "below", b"")
    assert "disk" in caught.value.hint


def test_json_comes_back_equal(tmp_path: Path) -> None:
    value = {"b": ["“नमस्ते”", 1.5, None], "a": {}}
    write_json(tmp_path / "v.json", value)
    assert read_json(tmp_path / "v.json") == value
    assert "नमस्ते" in (tmp_path / "v.json").read_text("utf-8")


def test_records_come_back_equal_one_a_line(tmp_path: Path) -> None:
    records = [Message(role="seeker", content="one\ntwo"), Message(role="supporter", content="…")]
    (tmp_path / "m.jsonl").write_bytes(jsonl(records))
    assert len((tmp_path / "m.jsonl").read_bytes().splitlines()) == 2
    assert [Message.model_validate(row) for row in read_jsonl(tmp_path / "m.jsonl")] == records
    assert jsonl([]) == b""


@pytest.mark.parametrize("text", ["{", "", "not json"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "v.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=r"v\.json"):
        read_json(path)
    with pytest.raises(StoreError, match=r"gone\.json"):
        read_json(tmp_path / "gone.json")


def test_a_damaged_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "u.jsonl"
    path.write_bytes(jsonl([Usage(prompt=1)]) + b"{broken\n")
    rows = read_jsonl(path)
    assert next(rows)["prompt"] == 1
    with pytest.raises(StoreError, match=r"u\.jsonl:2: not JSON"):
        next(rows)
    with pytest.raises(StoreError, match="cannot read"):
        list(read_jsonl(tmp_path / "gone.jsonl"))
