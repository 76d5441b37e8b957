"""`kakoc import kakoverse`: a folder of the prototype as a run that our commands can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kakoverse_kit import LEVELS, TURNS, reply, sound, talk, turn
from project_kit import ProjectFolder

ONE = "seeker_auto_001"


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def faulty(folder: Path, below: str = "Artifacts") -> Path:
    """A checkout with a wrong age, wrong levels, a short conversation and a broken file."""
    data = sound(3)
    data.personas[ONE]["current_socio_demographics"]["age"] = 61
    data.conversations["seeker_auto_002"] = talk("seeker_auto_002", 3)
    own = [reply(ONE, 1, care, care_level=other) for care, other in zip(LEVELS, OTHER, strict=True)]
    data.conversations[ONE]["turns"][0] = turn(ONE, 1, supporter_responses=own)
    data.personas["seeker_auto_009"] = '{"id": '
    return data.write(folder, below)


OTHER = (0.2, 0.6, 0.9)


@pytest.mark.parametrize("below", ["Artifacts", ""])
def test_a_checkout_becomes_a_run(project: ProjectFolder, tmp_path: Path, below: str) -> None:
    source = sound(2).write(tmp_path / "data", below)
    said = project.kakoc("import", "kakoverse", source, "--out", "theirs", "--json")
    assert said.code == 0
    told = said.json
    assert (told["run"], told["imported"], told["source"]) == ("theirs", "kakoverse", "data")
    assert told["counts"] == {"planned": 2, "ok": 2, "failed": 0, "rejected": 0}
    replies = 2 * TURNS * len(LEVELS)
    assert told["variants"] == {"planned": replies, "ok": replies}
    assert (told["files"], told["personas"], told["turns"]) == (4, 2, 2 * TURNS)
    assert told["failures"] == 0
    folder = project.run_folder(said)
    assert json.loads((folder / "manifest.json").read_text("utf-8")) == told
    assert [row["id"] for row in rows(folder, "personas")] == [ONE, "seeker_auto_002"]
    assert len(rows(folder, "conversations")) == 2


def test_the_path_of_the_run_is_told(project: ProjectFolder, tmp_path: Path) -> None:
    source = sound(1).write(tmp_path / "data")
    said = project.kakoc("import", "kakoverse", source, "--out", tmp_path / "elsewhere")
    assert (said.code, said.out) == (0, f"{tmp_path / 'elsewhere'}\n")
    assert said.err == (
        f"2 files: 1 personas, 1 conversations, {TURNS} turns,"
        f" {3 * TURNS} of {3 * TURNS} replies; 0 failures\n"
    )


def test_a_broken_file_is_a_failure_row_and_the_rest_is_read(
    project: ProjectFolder, tmp_path: Path
) -> None:
    said = project.kakoc(
        *("import", "kakoverse", faulty(tmp_path / "data"), "--out", "theirs", "--json")
    )
    assert (said.code, said.json["personas"], said.json["failures"]) == (0, 3, 1)
    (failure,) = rows(project.run_folder(said), "failures")
    assert failure["persona"] == "seeker_auto_009"
    assert failure["reason"].startswith("personas/seeker_auto_009.json is not JSON")
    assert failure["raw"] == '{"id": '


def test_a_conversation_without_a_turn_stops_nothing(
    project: ProjectFolder, tmp_path: Path
) -> None:
    data = sound(2)
    data.conversations[ONE]["turns"] = []
    said = project.kakoc(
        *("import", "kakoverse", data.write(tmp_path / "data"), "--out", "theirs", "--json")
    )
    assert said.json["counts"] == {"planned": 2, "ok": 1, "failed": 1, "rejected": 0}
    assert said.json["failures"] == 1


def test_the_same_data_may_be_imported_again_and_other_data_may_not(
    project: ProjectFolder, tmp_path: Path
) -> None:
    source = sound(1).write(tmp_path / "data")
    arguments = ("import", "kakoverse", source, "--out", "theirs", "--json")
    first, again = project.kakoc(*arguments), project.kakoc(*arguments)
    assert (first.code, again.code) == (0, 0)
    assert first.json == again.json
    other = sound(2).write(tmp_path / "other")
    said = project.kakoc("import", "kakoverse", other, "--out", "theirs")
    assert (said.code, said.out) == (1, "")
    assert len(rows(project.artifacts / "runs" / "theirs", "personas")) == 1


def test_a_folder_of_something_else_is_refused_with_a_hint(
    project: ProjectFolder, tmp_path: Path
) -> None:
    said = project.kakoc("import", "kakoverse", tmp_path, "--out", "theirs")
    assert (said.code, said.out) == (1, "")
    assert "is no checkout of the KAKOverse prototype" in said.err
    assert "personas/ and conversations/" in said.err
    assert not (project.artifacts / "runs" / "theirs").exists()


@pytest.mark.parametrize("below", ["Artifacts", ""])
def test_run_and_folder_have_the_same_findings(
    project: ProjectFolder, tmp_path: Path, below: str
) -> None:
    source = faulty(tmp_path / "data", below)
    project.kakoc("import", "kakoverse", source, "--out", "theirs")
    of_run = project.kakoc("lint", "theirs", "--format", "json")
    of_folder = project.kakoc("lint", source, "--format", "json")
    assert of_run.json == of_folder.json
    assert (of_run.code, of_folder.code) == (1, 1)
    found = {(finding["code"], finding["subject"]) for finding in of_run.json["findings"]}
    assert {
        ("L102", ONE),
        ("L301", f"{ONE}-c1"),
        ("L303", "seeker_auto_002-c1"),
    } <= found
