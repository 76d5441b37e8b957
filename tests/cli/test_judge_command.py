"""`kakoc judge`, `kakoc judges` and what `kakoc pairs` says of confounds: the real command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from project_kit import ProjectFolder, StubServer

ROW = {
    "id": "a",
    "context": [{"role": "seeker", "content": "I sit in the dark and wait."}],
    "response": "You wait in the dark. What is it like, that waiting?",
}


def written(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def judged(project: ProjectFolder, *rows: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    source = written(project.root / "rows.jsonl", *rows)
    target = project.root / "out.jsonl"
    said = project.kakoc("judge", source, "-o", target, "--json", "--quiet")
    assert said.code == 0, said.err
    return said.json, [json.loads(line) for line in target.read_text().splitlines()]


def test_a_row_gets_scores_parts_reasons_and_a_reward(built_project: ProjectFolder) -> None:
    after = {**ROW, "id": 2, "next_seeker": "Quieter now. I'll put the kettle on."}
    counts, (first, second) = judged(built_project, ROW, after)
    assert (counts["rows"], counts["scored"]) == (2, 2)
    assert first["id"] == "a" and second["id"] == 2
    assert set(first["scores"]) == {"empathy", "presence", "stabilization", "safety"}
    assert (
        first["scores"]["stabilization"] is None and second["scores"]["stabilization"] is not None
    )
    assert "heldout_support" in first["heldout"]
    assert 0 <= first["reward"] <= 1
    assert {"reflection", "exploration"} <= first["parts"]["empathy"].keys()
    assert first["reasons"]["empathy"]
    assert first["violations"] == []


def test_what_cannot_be_read_or_judged_is_a_row_with_its_reason(
    built_project: ProjectFolder,
) -> None:
    rows = [
        ROW,
        "not json",
        {"id": "b", "context": []},
        {"id": "c", "context": [{"role": "nobody", "content": "x"}], "response": "Oh."},
        {**ROW, "id": "d", "response": "もう疲れました。誰にも言えません。"},
        {**ROW, "id": "e", "response": "I hear how heavy the evenings are. " * 3_000},
        {**ROW, "id": "f", "response": "\u0000\ud7ff 🙂 … "},
    ]
    counts, found = judged(built_project, *rows)
    assert len(found) == len(rows) == counts["rows"]
    assert counts["rows"] == counts["scored"] + counts["unscored"] + counts["malformed"]
    assert [row.get("error") is not None for row in found[:4]] == [False, True, True, True]
    assert set(found[4]["scores"].values()) == {None}
    assert any("language `ja`" in reason for reason in counts["reasons"])
    assert found[5]["scores"]["empathy"] is not None


def test_no_text_is_left_behind(built_project: ProjectFolder) -> None:
    secret = "the heron by the weir said nothing to me"
    judged(built_project, {**ROW, "response": secret})
    for path in built_project.artifacts.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_a_usage_that_says_nothing_is_refused(built_project: ProjectFolder) -> None:
    assert built_project.kakoc("judge").code == 1
    assert built_project.kakoc("judge", "--run", "none-such").code == 1
    missing = built_project.kakoc("judge", "none.jsonl", "-o", "out.jsonl")
    assert missing.code == 1
    assert "cannot read" in missing.err
    assert not (built_project.root / "out.jsonl").exists()


def test_a_stored_run_is_judged_anew_as_a_run_of_its_own(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    few = ("--personas", "2", "--turns", "2", "--json", "--quiet")
    old = built_project.run_folder(built_project.kakoc("run", *stub.lm, *few))
    before = (old / "conversations.jsonl").read_bytes()
    said = built_project.kakoc("judge", "--run", old.name, "--json", "--quiet")
    assert said.code == 0, said.err
    assert said.json["judged_from"] == old.name
    assert said.json["variants"] == 12
    assert (old / "conversations.jsonl").read_bytes() == before
    pairs = built_project.kakoc("pairs", said.json["run"], "--force", "--json")
    assert pairs.code == 0, pairs.err
    assert pairs.json["planned"] == 12
    assert pairs.json["planned"] == sum(pairs.json[n] for n in ("pairs", "ties", "dropped"))


def test_every_judge_has_a_card(built_project: ProjectFolder) -> None:
    cards = built_project.kakoc("judges", "--json").json
    named = {card["name"]: card for card in cards}
    assert set(named) == {"empathy", "presence", "stabilization", "safety", "heldout_support"}
    assert set(named["empathy"]["figures"]) >= {"reflection", "overall"}
    assert named["empathy"]["tests"]["overall"]["good"] > 0
    shown = built_project.kakoc("judges").out
    assert "held-out authors" in shown
    assert "partial correlation with the score" in shown
