"""Folders of builds: only what differs is written, and the manifest is written last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kakoc.errors import StoreError
from kakoc.store import builds as builds_module
from kakoc.store.builds import Builds

MANIFEST = {"fingerprint": "abc123", "files": ["a.txt", "package/b.txt"]}
FILES = {"a.txt": b"A", "package/b.txt": b"B"}


@pytest.fixture
def builds(tmp_path: Path) -> Builds:
    return Builds(tmp_path / "artifacts")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are written, in order."""
    order: list[str] = []

    def noting(write: Any) -> Any:
        def run(path: Path, data: Any) -> None:
            order.append(path.name)
            write(path, data)

        return run

    for name in ("write_file", "write_json"):
        monkeypatch.setattr(builds_module, name, noting(getattr(builds_module, name)))
    return order


def test_a_build_is_found_again(builds: Builds) -> None:
    assert (builds.current(), builds.manifest("abc123")) == (None, None)
    builds.write(FILES, MANIFEST)
    assert builds.current() == builds.manifest("abc123") == MANIFEST
    assert builds.files(builds.current()) == FILES
    assert builds.require("abc123") == builds.folder("abc123")


def test_only_what_differs_is_written(builds: Builds, written: list[str]) -> None:
    always = ["manifest.json", "current"]
    for files, names in (
        (FILES, ["a.txt", "b.txt"]),
        ({**FILES, "package/b.txt": b"B2"}, ["b.txt"]),
        ({**FILES, "package/b.txt": b"B2"}, []),
    ):
        written.clear()
        builds.write(files, MANIFEST)
        assert written == [*names, *always]
    assert builds.files(MANIFEST) == {**FILES, "package/b.txt": b"B2"}


def test_files_that_are_gone_are_not_listed(builds: Builds) -> None:
    builds.write(FILES, MANIFEST)
    (builds.folder("abc123") / "a.txt").unlink()
    assert builds.files(MANIFEST) == {"package/b.txt": b"B"}
    assert builds.files(None) == {}


def test_a_second_build_stands_beside_the_first_and_is_current(builds: Builds) -> None:
    builds.write(FILES, MANIFEST)
    second = {**MANIFEST, "fingerprint": "def456"}
    builds.write(FILES, second)
    assert builds.current() == second
    assert builds.manifest("abc123") == MANIFEST


def test_a_build_that_lost_a_file_is_no_build(builds: Builds) -> None:
    builds.write(FILES, MANIFEST)
    (builds.folder("abc123") / "a.txt").unlink()
    assert builds.current() is None
    builds.write(FILES, MANIFEST)
    assert builds.current() == MANIFEST


def test_a_build_that_was_cut_off_is_no_build(
    builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, value: Any) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(builds_module, "write_json", fail)
    with pytest.raises(StoreError, match="disk full"):
        builds.write(FILES, MANIFEST)
    assert (builds.folder("abc123") / "a.txt").exists()
    assert builds.current() is None
    with pytest.raises(StoreError, match="abc123") as caught:
        builds.require("abc123")
    assert "kakoc build" in caught.value.hint
