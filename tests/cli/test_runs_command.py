"""`kakoc runs` and `kakoc runs show`: what stored runs say, whole, cut off, damaged and missing."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from kakoverse_kit import sound
from project_kit import ProjectFolder, StubServer, journal_ids

FEW = ("--personas", "2", "--turns", "2")


def shown(project: ProjectFolder, *arguments: str | Path) -> Any:
    said = project.kakoc("runs", "show", *arguments, "--json")
    assert (said.code, said.err) == (0, "")
    return said.json


def test_no_run_is_an_empty_list(project: ProjectFolder) -> None:
    said = project.kakoc("runs")
    assert (said.code, said.out) == (0, "")
    assert said.err == "no run yet; make one with `kakoc run`\n"
    assert project.kakoc("runs", "--json").json == []


def test_a_finished_run_is_listed_and_shown(built_project: ProjectFolder, stub: StubServer) -> None:
    manifest = built_project.kakoc("run", *stub.lm, *FEW, "--json").json
    (row,) = built_project.kakoc("runs", "--json").json
    when = row.pop("when")
    assert row == {
        "id": manifest["run"],
        "profile": "quick",
        "status": "finished",
        "personas": 2,
        "conversations": {"planned": 2, "ok": 2, "failed": 0, "rejected": 0},
        "pairs": manifest["pairs"]["pairs"],
        "calls": manifest["calls"]["made"],
        "tokens": manifest["tokens"]["prompt"] + manifest["tokens"]["completion"],
        "seconds": manifest["seconds"],
    }
    run = shown(built_project, "latest")
    for name in ("build", "profile", "seed", "models", "tokens", "tokens_per_second", "pairs"):
        assert run[name] == manifest[name]
    assert (run["id"], run["when"], run["go_on"], run["cost"]) == (row["id"], when, None, None)
    assert run["personas"] == {"planned": 2, "ok": 2, "failed": 0, "rejected": 0, "replaced": 0}
    assert run["calls"] == {**manifest["calls"], "hit_rate": 0.0}
    rows = len(journal_ids(built_project.artifacts))
    assert (run["journal"]["rows"], run["journal"]["rows_of_run"]) == (rows, None)
    folder = built_project.artifacts / "runs" / row["id"]
    assert run["files"] == {
        path.name: path.stat().st_size for path in folder.iterdir() if path.name[0] != "."
    }
    for name, judge in run["judges"].items():
        scores = [row[name] for row in manifest["scores"].values() if name in row]
        assert judge["n"] == sum(score["n"] for score in scores)
        assert judge["n"] + judge["unscored"] == manifest["variants"]["ok"]
        mean = sum(score["mean"] * score["n"] for score in scores) / judge["n"]
        assert judge["mean"] == pytest.approx(mean, abs=2e-4)


def test_people_get_tables(built_project: ProjectFolder, stub: StubServer) -> None:
    manifest = built_project.kakoc("run", *stub.lm, *FEW, "--json").json
    listed, run = built_project.kakoc("runs"), built_project.kakoc("runs", "show", "latest")
    assert (listed.code, listed.err, run.code, run.err) == (0, "", 0, "")
    line = next(line for line in listed.out.splitlines() if manifest["run"] in line)
    assert {"quick", "finished", "2/0/0"} <= set(line.split())
    text = " ".join(run.out.split())
    assert "2 planned = 2 ok + 0 failed + 0 rejected" in text
    assert f"{manifest['calls']['made']} made, 0 from the journal (0%)" in text
    assert "│ cost │ - │" in text
    assert "conversations.jsonl" in text


def test_a_run_that_was_cut_off_says_how_it_goes_on(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    asked = ("--personas", "3", "--turns", "3", "--seed", "7", "--lookahead")
    stopped = built_project.kakoc("generate", *stub.lm, *asked, "--max-calls", "30")
    assert stopped.code == 3
    (row,) = built_project.kakoc("runs", "--json").json
    assert (row["status"], row["calls"]) == ("unfinished", None)
    run = shown(built_project, row["id"])
    assert run["conversations"]["planned"] == 3 == run["personas"]["planned"]
    assert run["personas"]["ok"] == 3
    command = run["go_on"]["command"]
    said = built_project.kakoc("runs", "show", row["id"])
    assert f"to go on: {command}" in said.out
    assert "not ended" in said.out

    done = built_project.kakoc(*shlex.split(command)[1:], "--json")
    assert done.code == 0
    assert done.json["run"] == row["id"]
    assert done.json["calls"]["from_journal"] == 30
    assert shown(built_project, "latest")["calls"]["hit_rate"] > 0


def test_an_unfinished_run_of_another_build_cannot_just_go_on(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    built_project.kakoc("generate", *stub.lm, *FEW, "--max-calls", "3")
    (built_project.artifacts / "build" / "current").write_text("another\n", encoding="utf-8")
    (row,) = built_project.kakoc("runs", "--json").json
    go_on = shown(built_project, row["id"])["go_on"]
    assert go_on["command"] is None
    assert "built anew since" in go_on["note"]


def test_failures_are_counted_by_stage_and_reason(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    run = built_project.run_folder(built_project.kakoc("run", *stub.lm, *FEW, "--json"))
    rows = [
        {"stage": "persona", "persona": f"p{index}", "status": status, "reason": reason, **more}
        for index, (status, reason, more) in enumerate(
            [
                ("rejected", "[bold]a fact\x1b[31m", {"replaced_by": "p9"}),
                ("rejected", "[bold]a fact\x1b[31m", {}),
                ("failed", "server down", {}),
            ]
        )
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (run / "failures.jsonl").write_text(text, encoding="utf-8")
    found = shown(built_project, run.name)
    assert [(row["reason"], row["count"]) for row in found["failures"]] == [
        ("[bold]a fact\x1b[31m", 2),
        ("server down", 1),
    ]
    assert found["personas"] == {"planned": 2, "ok": 2, "failed": 1, "rejected": 1, "replaced": 1}
    said = built_project.kakoc("runs", "show", run).out
    assert "[bold]a fact [31m" in said
    assert "\x1b" not in said


def test_data_of_others_are_a_run_too(project: ProjectFolder, tmp_path: Path) -> None:
    source = sound(2).write(tmp_path / "data")
    assert project.kakoc("import", "kakoverse", source, "--out", "theirs").code == 0
    run = shown(project, "theirs")
    assert (run["status"], run["profile"], run["calls"]) == ("finished", None, {"hit_rate": None})
    assert run["origin"]["imported"] == "kakoverse"
    assert run["personas"]["ok"] == 2
    assert project.kakoc("runs", "show", "theirs").code == 0


def test_a_missing_run_is_one_message_with_near_ones(project: ProjectFolder) -> None:
    runs = project.artifacts / "runs"
    project.lay({"artifacts/runs/quick-0a1b2c3d4e/config.json": "{}"})
    for wrong in ("quick-0a1b2c3d5e", "../runs/quick-0a1b2c3d4e"):
        said = project.kakoc("runs", "show", wrong)
        assert (said.code, said.out) == (1, "")
        assert said.err.splitlines() == [
            f"kakoc: no run {wrong!r} in {runs}",
            "  help: did you mean quick-0a1b2c3d4e?",
        ]


def test_a_damaged_run_hides_no_other(project: ProjectFolder) -> None:
    project.lay(
        {
            "artifacts/runs/good/config.json": "{}",
            "artifacts/runs/bad/config.json": "{",
            "artifacts/runs/odd/config.json": "{}",
            "artifacts/runs/odd/manifest.json": "[1]",
        }
    )
    said = project.kakoc("runs", "--json")
    assert said.code == 0
    assert [row["id"] for row in said.json] == ["good"]
    assert "run bad cannot be read" in said.err
    assert "run odd cannot be read" in said.err
    assert project.kakoc("runs", "show", "odd").code == 1
    assert shown(project, "good")["status"] == "unfinished"


def test_a_narrow_window_leaves_columns_out_and_cuts_none(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.lay({"artifacts/runs/quick-0a1b2c3d4e/config.json": "{}"})
    monkeypatch.setattr("kakoc.cli.run_report.WIDE", 80)
    said = project.kakoc("runs")
    assert "quick-0a1b2c3d4e" in said.out
    assert "unfinished" in said.out
    assert "tokens" not in said.out
    assert "…" not in said.out


def test_options_may_stand_before_show(project: ProjectFolder, tmp_path: Path) -> None:
    project.lay({"artifacts/runs/a/config.json": "{}"})
    said = project.kakoc("runs", "--project", project.root, "--json", "show", "a")
    assert said.json["id"] == "a"
    assert project.kakoc("runs", "-o", tmp_path / "none", "show", "a").code == 1
    assert "No such command 'shwo'" in project.kakoc("runs", "shwo").err
