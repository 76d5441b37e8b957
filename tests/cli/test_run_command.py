"""`kakoc run`, `generate`, `pairs` and `replay` against a deterministic server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from project_kit import (
    ProjectFolder,
    StubServer,
    data_files,
    journal_ids,
    journal_text,
    running_stub,
)

FEW = ("--personas", "2", "--turns", "2")
KEY = "sk-nobody-may-ever-read-this-0123456789"


def conversations(run_folder: Path) -> list[dict[str, Any]]:
    lines = (run_folder / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def holders(folder: Path, text: str) -> list[Path]:
    """The files below `folder` that hold `text`."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    return [path for path in files if text.encode() in path.read_bytes()]


def add_hosted_model(project: ProjectFolder, base: str) -> None:
    project.edit(
        "spec/models.yaml",
        "  - name: local-server\n",
        "  - {name: hosted, engine: http, model: m, "
        f"api_base: '{base}', api_key_env: KAKOC_TEST_KEY}}\n  - name: local-server\n",
    )


def test_json_is_the_manifest_and_nothing_else(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    said = built_project.kakoc("run", *stub.lm, *FEW, "--json")
    assert said.code == 0
    manifest = said.json
    folder = built_project.run_folder(said)
    assert manifest == json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"] == {"planned": 2, "ok": 2, "failed": 0, "rejected": 0}
    pairs = manifest["pairs"]
    assert pairs["planned"] == 12 == pairs["pairs"] + pairs["ties"] + pairs["dropped"]
    assert manifest["calls"]["made"] == len(journal_ids(built_project.artifacts))


def test_people_get_a_conversation_and_the_numbers(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    said = built_project.kakoc("run", *stub.lm, *FEW)
    assert said.code == 0
    (spoken, _) = conversations(built_project.artifacts / "runs" / latest(built_project))
    shown = " ".join(said.out.split())
    assert spoken["turns"][0]["seeker"]["message"].split(".")[0] in shown
    assert "2 planned = 2 ok + 0 failed + 0 rejected" in shown
    assert "tracking │ off" in shown
    assert said.out.splitlines()[-1] == str(
        built_project.artifacts / "runs" / latest(built_project)
    )
    assert "done: conversations 2/2, turns 4/4" in said.err


def test_quiet_leaves_stderr_alone(built_project: ProjectFolder, stub: StubServer) -> None:
    said = built_project.kakoc("generate", *stub.lm, *FEW, "--quiet", "--json")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize(("profile", "turns"), [("quick", 1), ("full", 3)])
def test_turns_means_exactly_that_many(
    built_project: ProjectFolder, stub: StubServer, profile: str, turns: int
) -> None:
    said = built_project.kakoc(
        *("generate", *stub.lm, "--json", "--profile", profile),
        *("--personas", "2", "--turns", str(turns)),
    )
    made = conversations(built_project.run_folder(said))
    assert said.code == 0
    assert [len(conversation["turns"]) for conversation in made] == [turns, turns]
    assert {conversation["ended"] for conversation in made} == {"turns"}


def test_lookahead_lets_the_seeker_answer_every_variant(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    said = built_project.kakoc("generate", *stub.lm, *FEW, "--lookahead", "--json")
    variants = [
        variant
        for conversation in conversations(built_project.run_folder(said))
        for turn in conversation["turns"]
        for variant in turn["variants"]
    ]
    assert len(variants) == 12
    assert all(variant["next_seeker"]["message"] for variant in variants)


def test_losing_more_than_the_profile_allows_is_no_success(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    # Every reply is an echo now, so that no Seeker message passes.
    limit = built_project.line_of("spec/conversation.yaml", "echo_overlap:")
    path = built_project.root / "spec" / "conversation.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[limit - 1] = "echo_overlap: 0.0"
    built_project.lay({"spec/conversation.yaml": "\n".join(lines) + "\n"})
    said = built_project.kakoc("run", *stub.lm, *FEW, "--json")
    assert said.code == 1
    assert said.err.splitlines()[-1] == "kakoc: 100% of the conversations failed or were rejected"
    assert said.json["counts"]["ok"] == 0
    failures = (built_project.run_folder(said) / "failures.jsonl").read_text().splitlines()
    rows = [json.loads(row) for row in failures]
    assert [row["stage"] for row in rows] == ["seeker", "conversation"] * 2
    assert all("echoes" in row["reason"] for row in rows)


def test_each_role_can_have_a_model_of_its_own(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    said = built_project.kakoc(
        *("generate", *FEW, "--json", "--api-base", stub.base),
        *("--lm", "http/plain", "--lm", "seeker=http/talker"),
    )
    made = conversations(built_project.run_folder(said))
    assert said.code == 0
    assert {turn["model"] for conversation in made for turn in conversation["turns"]} == {
        "http/talker"
    }
    assert {
        variant["model"]
        for conversation in made
        for turn in conversation["turns"]
        for variant in turn["variants"]
    } == {"http/plain"}


def test_a_key_goes_to_its_own_server_and_into_no_file(
    built_project: ProjectFolder, stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKOC_TEST_KEY", KEY)
    with running_stub("--fault", "500=0.2") as own:
        add_hosted_model(built_project, own.base)
        said = built_project.kakoc("run", "--lm", "hosted", *FEW)
        assert said.code == 0
        assert own.stats["keys"] == [f"Bearer {KEY}"]
    moved = built_project.kakoc("run", "--lm", "hosted", "--api-base", stub.base, *FEW)
    assert moved.code == 0
    assert stub.stats["keys"] == [""]
    assert holders(built_project.artifacts, KEY) == []
    assert KEY not in journal_text(built_project.artifacts)
    assert KEY not in said.out + said.err + moved.out + moved.err


def test_a_missing_key_is_one_message(
    built_project: ProjectFolder, stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAKOC_TEST_KEY", raising=False)
    add_hosted_model(built_project, stub.base)
    said = built_project.kakoc("run", "--lm", "hosted", *FEW, "--quiet")
    assert said.code == 1
    assert said.err.splitlines() == [
        "kakoc: model hosted needs a key in the environment variable KAKOC_TEST_KEY",
        "  help: export KAKOC_TEST_KEY=...",
    ]


def test_out_puts_the_run_anywhere_and_it_is_found_by_path(
    built_project: ProjectFolder, stub: StubServer, tmp_path: Path
) -> None:
    out = tmp_path / "elsewhere" / "my-run"
    assert built_project.kakoc("generate", *stub.lm, *FEW, "--out", out).code == 0
    said = built_project.kakoc("replay", out)
    assert (said.code, said.out) == (0, "my-run: the same, byte for byte\n")


def test_a_run_whose_build_is_elsewhere_cannot_be_replayed(
    built_project: ProjectFolder, stub: StubServer, tmp_path: Path
) -> None:
    built_project.kakoc("generate", *stub.lm, *FEW, "--out", tmp_path / "run")
    said = built_project.kakoc("replay", tmp_path / "run", "-o", tmp_path / "empty")
    assert said.code == 1
    assert re.fullmatch(r"kakoc: build \w+ is not in .*/empty/build", said.err.splitlines()[0])


def test_pairs_are_made_anew_without_a_call(built_project: ProjectFolder, stub: StubServer) -> None:
    whole = built_project.run_folder(built_project.kakoc("run", *stub.lm, *FEW, "--json"))
    expected, calls = data_files(whole), stub.calls
    for name in ("pairs.jsonl", "preferences.jsonl", "preferences.parquet"):
        (whole / name).unlink()
    said = built_project.kakoc("pairs", "--force", "--json")
    assert said.code == 0
    assert (said.json["run"], said.json["planned"]) == (whole.name, 12)
    assert data_files(whole) == expected
    assert (whole / "preferences.parquet").stat().st_size > 0
    assert stub.calls == calls


def test_an_unknown_run_names_the_ones_there_are(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    assert "make one with `kakoc run`" in built_project.kakoc("replay").err
    built_project.kakoc("generate", *stub.lm, "--personas", "1", "--turns", "1")
    said = built_project.kakoc("pairs", "quick-none")
    assert said.code == 1
    assert f"help: runs: {latest(built_project)}" in said.err


def latest(project: ProjectFolder) -> str:
    return (project.artifacts / "runs" / "latest").read_text().strip()
