"""An export is whole or not there, and takes nobody's place."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from pathlib import Path

import pytest
from export_kit import export, make_run

from kakoc.errors import StoreError
from kakoc.store.export import bundle
from kakoc.store.export.folder import staged
from kakoc.store.runs import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path / "runs")


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_manifest_names_every_file_with_its_hash(run: RunFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    manifest = export(run, "hf", out)
    assert json.loads((out / "manifest.json").read_text()) == manifest
    assert names(out) == {"manifest.json", *manifest["files"]}
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sha256


def test_an_older_export_is_replaced_whole(run: RunFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(run, "hf", out)
    export(run, "sft", out)
    assert names(out) == {"README.md", "croissant.json", "manifest.json", "sft.jsonl"}
    assert {path.name for path in tmp_path.iterdir()} == {"runs", "out"}


@pytest.mark.parametrize("name", ["README.md", "sub/notes.txt", "manifest.json", ".hidden"])
def test_a_folder_of_somebody_elses_is_left_alone(
    run: RunFolder, tmp_path: Path, name: str
) -> None:
    held = tmp_path / "out" / name
    held.parent.mkdir(parents=True)
    held.write_text("{}")
    with pytest.raises(StoreError, match="not an export of kakoc"):
        export(run, "sft", tmp_path / "out")
    assert names(tmp_path / "out") == {name}


def test_what_somebody_put_into_an_export_is_not_lost(run: RunFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(run, "sft", out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"holds notes\.txt"):
        export(run, "sft", out)
    assert (out / "notes.txt").read_text() == "mine"


def test_a_file_is_no_place_for_a_folder(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match="is a file"):
        export(run, "sft", tmp_path / "out")


def test_an_empty_folder_is_a_place(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "a" / "out").mkdir(parents=True)
    export(run, "sft", tmp_path / "a" / "out")
    export(run, "sft", tmp_path / "b" / "c" / "out")


@pytest.mark.parametrize("older", [False, True])
def test_an_export_that_is_cut_off_leaves_nothing_half(
    run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: bool
) -> None:
    out = tmp_path / "out"
    if older:
        export(run, "sft", out)
    before = names(tmp_path)
    monkeypatch.setattr(bundle, "write_json", interrupted)  # the manifest, which is last
    with pytest.raises(KeyboardInterrupt):
        export(run, "trl", out)
    assert names(tmp_path) == before


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_a_killed_process_left_is_swept_away(run: RunFolder, tmp_path: Path) -> None:
    left = tmp_path / ".out.kakoc-part" / "data"
    left.mkdir(parents=True)
    (left / "half.parquet").write_text("PAR1")
    export(run, "sft", tmp_path / "out")
    assert not (tmp_path / ".out.kakoc-part").exists()
    assert "data/half.parquet" not in names(tmp_path / "out")


def test_two_processes_do_not_write_the_same_export(tmp_path: Path) -> None:
    part = tmp_path / ".out.kakoc-part"
    part.mkdir()
    handle = os.open(part, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    (part / "half").write_text("at work")
    with pytest.raises(StoreError, match="another process"), staged(tmp_path / "out"):
        raise AssertionError
    assert (part / "half").exists()
    os.close(handle)


def test_a_disk_that_refuses_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"), staged(tmp_path / "file" / "out"):
        raise AssertionError


@pytest.mark.parametrize("form", ["trl", "kto"])
def test_without_pairs_there_is_nothing_for_a_trainer(tmp_path: Path, form: str) -> None:
    with pytest.raises(StoreError, match="no rows for --format") as caught:
        export(make_run(tmp_path, pairs=()), form, tmp_path / "out")
    assert "kakoc pairs" in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_without_pairs_the_other_tables_are_there(tmp_path: Path) -> None:
    manifest = export(make_run(tmp_path, pairs=()), "hf", tmp_path / "out")
    assert list(manifest["tables"]) == ["sft", "conversations"]
    assert manifest["tables"]["sft"]["rows"] == {"train": 3}
