"""`--against RUN` with the real command and the real MiniLM: drawn again, resumed, replayed."""

from __future__ import annotations

import json
from pathlib import Path

from project_kit import ProjectFolder, StubServer, data_files

FEW = ("--personas", "2", "--turns", "2")


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_what_another_run_said_is_drawn_again_and_a_replay_agrees(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    first = built_project.kakoc("generate", *stub.lm, *FEW, "--json")
    assert first.code == 0, first.err
    assert first.json["collisions"] == {"persona": 0, "conversation": 0}
    # The same seed: every first draw is the very text of that run.
    again = (*stub.lm, *FEW, "--against", first.json["run"], "--json")
    said = built_project.kakoc("generate", *again)
    assert said.code == 0, said.err
    assert said.json["run"] != first.json["run"]
    folder = built_project.run_folder(said)
    met = [row for row in rows(folder, "failures") if row["stage"] == "collision"]
    assert [row["persona"] for row in met if row["turn"] is None] == ["seeker_001", "seeker_002"]
    assert met[0]["reason"] == f"too close to {first.json['run']}/seeker_001 (1.00)"
    assert {row["attempts"] for row in rows(folder, "personas")} == {2}

    before, calls = data_files(folder), stub.calls
    replayed = built_project.kakoc("replay", folder.name)
    assert (replayed.code, replayed.out) == (0, f"{folder.name}: the same, byte for byte\n")
    resumed = built_project.kakoc("generate", *again)
    assert resumed.json["calls"]["made"] == 0
    assert (stub.calls, data_files(folder)) == (calls, before)

    # What was decided is kept: a replay needs the other run no more.
    (built_project.run_folder(first) / "manifest.json").unlink()
    assert built_project.kakoc("replay", folder.name).code == 0


def test_a_run_that_is_not_there_is_the_users_fault(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("generate", "--against", "nobody-1")
    assert said.code == 1
    assert "no run 'nobody-1'" in said.err
