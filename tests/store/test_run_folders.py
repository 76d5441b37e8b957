"""Folders of runs: one process at a time, found by name, the manifest last."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kakoc.errors import StoreError
from kakoc.store.runs import RunFolder, find_run, list_runs
from kakoc.types import Failure, Pair

TRY_LOCK = """
import sys
from pathlib import Path
from kakoc.errors import StoreError
from kakoc.store.runs import RunFolder
try:
    with RunFolder(Path(sys.argv[1])).locked():
        print("free")
except StoreError as error:
    print("taken", error.hint)
"""


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


def started(artifacts: Path, name: str) -> RunFolder:
    folder = RunFolder(artifacts / "runs" / name)
    folder.start({"build": "abc", "seed": 1})
    return folder


def test_a_folder_in_use_is_refused_in_this_process_and_in_another(artifacts: Path) -> None:
    folder = started(artifacts, "a")

    def elsewhere() -> str:
        command = [sys.executable, "-c", TRY_LOCK, str(folder.path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with folder.locked():
        assert "taken wait for it" in elsewhere()
        with pytest.raises(StoreError, match="another process"), RunFolder(folder.path).locked():
            pass
    assert elsewhere() == "free\n"


def test_an_error_inside_frees_the_folder(artifacts: Path) -> None:
    folder = started(artifacts, "a")
    with pytest.raises(ZeroDivisionError), folder.locked():
        raise ZeroDivisionError
    with folder.locked():
        pass


def test_records_come_back_as_they_were(artifacts: Path, pair: Callable[..., Pair]) -> None:
    folder = started(artifacts, "a")
    failure = Failure(stage="seeker", persona="p", turn=2, status="failed", reason="server down")
    folder.write("pairs", [pair(turn=2), pair(turn=1)])
    folder.write("failures", [failure])
    folder.write("conversations", [])
    assert list(folder.read("pairs")) == [pair(turn=2), pair(turn=1)]
    assert list(folder.read("failures")) == [failure]
    assert list(folder.read("conversations")) == []


def test_a_finished_run_is_the_latest_and_a_new_start_takes_its_manifest(artifacts: Path) -> None:
    folder = started(artifacts, "a")
    assert (folder.manifest, folder.config) == (None, {"build": "abc", "seed": 1})
    folder.finish({"counts": {"planned": 1}})
    assert folder.manifest == {"counts": {"planned": 1}}
    assert find_run(artifacts, "latest").id == folder.id == "a"
    folder.start(folder.config)
    assert folder.manifest is None


def test_a_folder_of_another_run_is_refused(artifacts: Path) -> None:
    folder = started(artifacts, "a")
    with pytest.raises(StoreError, match="holds another run") as caught:
        folder.start({"build": "abc", "seed": 2})
    assert "--out" in caught.value.hint
    assert folder.config["seed"] == 1


def test_a_run_outside_of_artifacts_leaves_no_mark_beside_itself(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "mine")
    folder.start({"seed": 1})
    folder.finish({})
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_record_of_another_version_is_an_error_with_its_file(artifacts: Path) -> None:
    folder = started(artifacts, "a")
    (folder.path / "personas.jsonl").write_text('{"id": "x", "aura": "blue"}\n', encoding="utf-8")
    with pytest.raises(StoreError, match=r"personas\.jsonl"):
        list(folder.read("personas"))


def test_events_are_appended_in_order_with_their_time(artifacts: Path) -> None:
    folder = started(artifacts, "a")
    with folder.recording() as events:
        events.add("turn", {"persona": "p", "turn": 1})
    with folder.recording() as events:
        events.add("conversation", {"status": "ok"})
    rows = [json.loads(line) for line in (folder.path / "events.jsonl").read_text().splitlines()]
    assert [row.pop("time") > 1.6e9 for row in rows] == [True, True]
    assert rows == [
        {"event": "turn", "persona": "p", "turn": 1},
        {"event": "conversation", "status": "ok"},
    ]


def test_a_run_is_found_by_id_by_path_and_as_the_latest(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = started(artifacts, "a"), started(artifacts, "b")
    outside = RunFolder(tmp_path / "elsewhere")
    outside.start({})
    first.finish({})
    assert find_run(artifacts, "a") == first
    assert find_run(artifacts, "b") == second
    assert find_run(artifacts, "latest") == first
    assert find_run(artifacts, str(outside.path)) == outside
    monkeypatch.chdir(tmp_path)
    assert find_run(artifacts, "elsewhere") == outside


def test_an_unknown_run_is_refused_with_the_names_there_are(artifacts: Path) -> None:
    with pytest.raises(StoreError, match="no run 'latest'") as caught:
        find_run(artifacts, "latest")
    assert "kakoc run" in caught.value.hint
    for name in ("a", "b"):
        started(artifacts, name)
    with pytest.raises(StoreError, match="no run 'c'") as caught:
        find_run(artifacts, "c")
    assert caught.value.hint == "runs: a, b"


def test_an_unknown_run_is_answered_with_near_ones(artifacts: Path) -> None:
    for name in ("quick-0a1b2c3d4e", "quick-5f6a7b8c9d", "full-0123456789"):
        started(artifacts, name)
    for wrong, near in (
        ("0a1b", "did you mean quick-0a1b2c3d4e?"),
        ("fulll-0123456798", "did you mean full-0123456789?"),
        ("x" * 5000, "runs: full-0123456789, quick-0a1b2c3d4e, quick-5f6a7b8c9d"),
    ):
        with pytest.raises(StoreError, match="no run") as caught:
            find_run(artifacts, wrong)
        assert caught.value.hint == near


def test_no_id_leads_out_of_the_runs(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(artifacts, "a")
    RunFolder(artifacts / "secret").start({"seed": 1})
    monkeypatch.chdir(tmp_path)
    for name in ("../secret", "a/../../secret", "..", "", "a/../a", "a\0b"):
        with pytest.raises(StoreError, match="no run"):
            find_run(artifacts, name)
    (artifacts / "runs" / "latest").write_text("../secret\n", encoding="utf-8")
    with pytest.raises(StoreError, match="no run 'latest'"):
        find_run(artifacts, "latest")


def test_runs_are_listed_newest_first_by_what_their_events_say(artifacts: Path) -> None:
    for name, at in (("a", 3), ("b", 1), ("c", 2)):
        folder = started(artifacts, name)
        row = {"time": at, "event": "start", "run": name}
        (folder.path / "events.jsonl").write_text(
            f'{{"time": 0, "event": "start"}}\n{json.dumps(row)}\n{{"time": 9, "ev',
            encoding="utf-8",
        )
    (artifacts / "runs" / "no-run").mkdir()
    assert [(folder.id, folder.begun) for folder in list_runs(artifacts)] == [
        ("a", 3.0),
        ("c", 2.0),
        ("b", 1.0),
    ]
    assert [event["time"] for event in find_run(artifacts, "a").events()] == [0, 3]


def test_a_run_without_events_is_as_old_as_its_config(artifacts: Path) -> None:
    folder = started(artifacts, "a")
    assert folder.begun == (folder.path / "config.json").stat().st_mtime
