"""`kakoc lint`: findings as text and as one JSON document, and what its exit code says."""

from __future__ import annotations

import json
from pathlib import Path

from kakoverse_kit import card, sound
from project_kit import ProjectFolder, StubServer

from kakoc.app.rejudging import rejudge
from kakoc.ir import Ir
from kakoc.lint.codes import LINT_CODES
from kakoc.store.runs import RunFolder

ONE = "seeker_auto_001"
KEYS = {"findings", "counts", "checked", "measures"}


def aged(folder: Path, count: int = 1) -> Path:
    """A checkout in which everybody has an age that contradicts the years."""
    data = sound(count)
    for name in data.personas:
        data.personas[name]["current_socio_demographics"]["age"] = 61
    return data.write(folder)


def test_data_without_an_error_exit_with_0(project: ProjectFolder, tmp_path: Path) -> None:
    said = project.kakoc("lint", sound(1).write(tmp_path / "data"), "--format", "json")
    errors = [found for found in said.json["findings"] if found["severity"] == "error"]
    assert (said.code, errors, said.json["counts"]["error"]) == (0, [], 0)
    assert said.json["checked"] == {"personas": 1, "conversations": 1, "turns": 10}


def test_an_error_exits_with_1(project: ProjectFolder, tmp_path: Path) -> None:
    said = project.kakoc("lint", aged(tmp_path / "data"), "--format", "json")
    assert said.code == 1
    assert said.json["counts"]["error"] >= 1
    assert "L102" in {found["code"] for found in said.json["findings"]}


def test_json_is_one_document(project: ProjectFolder, tmp_path: Path) -> None:
    said = project.kakoc("lint", aged(tmp_path / "data"), "--format", "json")
    assert said.out.count("\n") == 1
    assert set(json.loads(said.out)) == KEYS
    for found in said.json["findings"]:
        assert {"code", "severity", "subject", "message", "hint"} <= set(found)
        assert found["hint"] == LINT_CODES[found["code"]].hint


def test_text_shows_each_code_with_its_title_and_help(
    project: ProjectFolder, tmp_path: Path
) -> None:
    said = project.kakoc("lint", aged(tmp_path / "data"))
    entry = LINT_CODES["L102"]
    assert said.code == 1
    assert f"error L102: {entry.title}\n  {ONE}: is 61 in 2023" in said.out
    assert f"  help: {entry.hint}\n" in said.out
    assert said.out.splitlines()[-1].startswith("1 personas, 1 conversations, 10 turns: ")


def test_text_shows_some_findings_of_a_code_and_counts_the_rest(
    project: ProjectFolder, tmp_path: Path
) -> None:
    said = project.kakoc("lint", aged(tmp_path / "data", 7))
    assert f"error L102: {LINT_CODES['L102'].title} (7)" in said.out
    block = said.out.split("error L102")[1].split("help:")[0]
    assert block.count("is 61 in 2023") == 5
    assert "  and 2 more\n" in block


def test_errors_stand_before_warnings_and_rates(project: ProjectFolder, tmp_path: Path) -> None:
    said = project.kakoc("lint", aged(tmp_path / "data"))
    heads = [line.split()[0] for line in said.out.splitlines() if ": " in line and " L" in line]
    shown = [head for head in heads if head in ("error", "warning", "rate")]
    assert shown == sorted(shown, key=("error", "warning", "rate").index)
    assert shown[0] == "error"


def test_a_card_of_another_shape_is_a_finding_and_no_crash(
    project: ProjectFolder, tmp_path: Path
) -> None:
    data = sound(1)
    data.personas[ONE] = card(ONE, current_socio_demographics=[], presenting_problem="grief")
    said = project.kakoc("lint", data.write(tmp_path / "data"), "--format", "json")
    assert said.code == 1
    assert "L101" in {found["code"] for found in said.json["findings"]}


def test_a_run_that_is_not_there_is_refused(project: ProjectFolder) -> None:
    said = project.kakoc("lint", "nowhere")
    assert (said.code, said.out) == (1, "")
    assert "nowhere" in said.err


def test_a_run_of_our_own_is_held_against_its_own_spec(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    made = built_project.kakoc("generate", *stub.lm, "--personas", "2", "--turns", "2", "--quiet")
    assert made.code == 0
    built_project.edit("spec/project.yaml", "present_year: ", "present_year: 1999 # ")
    said = built_project.kakoc("lint", "--format", "json")
    assert said.json["checked"] == {"personas": 2, "conversations": 2, "turns": 4}
    errors = [found for found in said.json["findings"] if found["severity"] == "error"]
    assert (said.code, errors) == (0, [])


def test_data_that_were_judged_are_still_those_of_others(
    project: ProjectFolder, ir: Ir, tmp_path: Path
) -> None:
    project.kakoc("import", "kakoverse", sound(1).write(tmp_path / "data"), "--out", "theirs")
    runs = project.artifacts / "runs"
    rejudge(ir, [], RunFolder(runs / "theirs"), RunFolder(runs / "again"), "", lambda *_: None)
    said = project.kakoc("lint", "again", "--format", "json")
    assert said.json == project.kakoc("lint", "theirs", "--format", "json").json
    assert said.json["counts"]["error"] == 0


def test_a_run_that_was_cut_off_is_refused(project: ProjectFolder, tmp_path: Path) -> None:
    project.kakoc("import", "kakoverse", sound(1).write(tmp_path / "data"), "--out", "theirs")
    (project.artifacts / "runs" / "theirs" / "manifest.json").unlink()
    said = project.kakoc("lint", "theirs")
    assert (said.code, said.out) == (1, "")
    assert "is not finished" in said.err
