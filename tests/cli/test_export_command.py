"""`kakoc export`: the real command on a real run of a deterministic server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from export_kit import data_files, everything, make_run, rows_of, said, talk, turn
from project_kit import ProjectFolder, StubServer, copy_project, own_imports

from kakoc.cli import run
from kakoc.cli.export import FORMATS
from kakoc.store.export import FORMS

FEW = ("--personas", "2", "--turns", "2")
SECRET = "hf_nobody_may_ever_read_this"


@pytest.fixture(scope="module")
def artifacts(built: Path, stub: StubServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Artifacts with one run, made once: the tests only read it, or change a copy."""
    root = copy_project(tmp_path_factory.mktemp("ran"))
    shutil.copytree(built, root / "artifacts")
    with own_imports():
        assert run(["run", "--project", str(root), *stub.lm, *FEW, "--quiet"]) == 0
    return root / "artifacts"


@pytest.fixture
def ran(project: ProjectFolder, artifacts: Path) -> ProjectFolder:
    """The project with one run; what length says of so few pairs is not asked here."""
    shutil.copytree(artifacts, project.artifacts)
    set_confounded(project, [])
    return project


def manifest_of(project: ProjectFolder) -> Path:
    run = (project.artifacts / "runs" / "latest").read_text().strip()
    return project.artifacts / "runs" / run / "manifest.json"


def set_confounded(project: ProjectFolder, rules: list[str]) -> None:
    path = manifest_of(project)
    manifest = json.loads(path.read_text())
    manifest["pairs"]["confounded"] = rules
    path.write_text(json.dumps(manifest))


def test_the_formats_are_those_of_the_store() -> None:
    assert tuple(FORMS) == FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_a_run_is_exported_in_every_format(ran: ProjectFolder, tmp_path: Path, form: str) -> None:
    said = ran.kakoc("export", "latest", "--format", form, "-o", tmp_path / "out", "--json")
    assert (said.code, said.err) == (0, "")
    manifest = said.json
    assert manifest == json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["run"] == manifest_of(ran).parent.name
    held = sum(len(rows_of(path)) for path in data_files(tmp_path / "out"))
    assert held == sum(sum(table["rows"].values()) for table in manifest["tables"].values()) > 0


def test_people_get_the_counts_and_the_place(ran: ProjectFolder, tmp_path: Path) -> None:
    said = ran.kakoc("export", "latest", "--format", "sft", "-o", "../talks", "--split", "by-city")
    assert said.code == 0
    (counted, *_, place) = said.out.splitlines()
    assert counted.startswith("sft: 2 rows (")
    assert place == str((ran.root.parent / "talks").resolve())
    assert list((ran.root.parent / "talks").glob("sft-*.jsonl"))


def test_a_conversation_begins_like_the_prompt_of_its_pairs(
    ran: ProjectFolder, tmp_path: Path
) -> None:
    for form in ("sft", "trl"):
        ran.kakoc("export", "latest", "--format", form, "-o", tmp_path / form)
    talks = {row["persona"]: row for row in rows_of(tmp_path / "sft" / "sft.jsonl")}
    pairs = rows_of(tmp_path / "trl" / "preference.jsonl")
    assert pairs
    for pair in pairs:
        assert talks[pair["persona"]]["messages"][: len(pair["prompt"])] == pair["prompt"]


def test_the_card_knows_build_models_judges_and_lint(ran: ProjectFolder, tmp_path: Path) -> None:
    assert ran.kakoc("export", "latest", "--format", "hf", "-o", tmp_path / "out").code == 0
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    manifest = json.loads(manifest_of(ran).read_text())
    assert f"| build | `{manifest['build']}` |" in card
    assert "| model of the supporter | `http/stub` |" in card
    assert "127.0.0.1" not in card and str(ran.root) not in card
    assert "| empathy | reward 0.6 |" in card
    assert "## Lint" in card
    assert "Not for unsupervised use with people in crisis." in card


def test_confounded_pairs_are_refused_with_what_to_do(ran: ProjectFolder, tmp_path: Path) -> None:
    set_confounded(ran, ["length_only", "care_only"])
    asked = ("export", "latest", "--format", "trl", "-o", str(tmp_path / "out"))
    said = ran.kakoc(*asked)
    assert (said.code, said.out) == (1, "")
    assert "length only and care only predicts too many of the pairs" in said.err
    assert "--length-matched" in said.err and "--force" in said.err
    assert not (tmp_path / "out").exists()
    forced = ran.kakoc(*asked, "--force")
    assert forced.code == 0 and "predicts too many" in forced.err
    assert "**Confounded:**" in (tmp_path / "out" / "README.md").read_text()


def test_what_holds_no_pairs_is_not_confounded(ran: ProjectFolder, tmp_path: Path) -> None:
    set_confounded(ran, ["length_only"])
    for form in ("sft", "jsonl"):
        assert ran.kakoc("export", "latest", "--format", form, "-o", tmp_path / form).code == 0


def test_a_text_that_an_exclude_rule_catches_is_not_exported(
    ran: ProjectFolder, tmp_path: Path, ir: Any
) -> None:
    """Even if it got into the run: the rules of the spec read every text once more."""
    rule = next(r for r in ir.rules if r.kind == "exclude" and "supporter" in r.applies_to)
    caught = rule.examples.caught[0]
    path = manifest_of(ran).parent / "conversations.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows[0]["turns"][0]["variants"][0]["text"] = caught
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert ran.kakoc("export", "latest", "--format", "jsonl", "-o", tmp_path / "out").code == 0
    (first, *_) = rows_of(tmp_path / "out" / "conversations.jsonl")
    assert first["turns"][0]["variants"][0]["text"] == ""
    assert caught not in (tmp_path / "out" / "conversations.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["jsonl", "sft", "hf"])
def test_data_of_others_are_exported_by_todays_rules(
    project: ProjectFolder, tmp_path: Path, ir: Any, form: str
) -> None:
    rule = next(r for r in ir.rules if r.kind == "exclude" and "seeker" in r.applies_to)
    caught = rule.examples.caught[0]
    talks = [talk("cairo", [turn(1), turn(2, seeker=said(caught))]), talk("lima")]
    made = make_run(project.artifacts / "runs", talks, pairs=(), imported="prototype")
    asked = ("export", made.path, "--format", form, "-o", tmp_path / "out", "--with-thoughts")
    assert project.kakoc(*asked).code == 0
    assert caught not in everything(tmp_path / "out")
    assert "Others made these data" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_somebody_elses_folder_is_refused(ran: ProjectFolder) -> None:
    said = ran.kakoc("export", "latest", "--format", "sft", "-o", ran.root / "spec")
    assert said.code == 1
    assert "is not an export of kakoc" in said.err


def test_a_run_without_pairs_says_how_to_make_them(ran: ProjectFolder, tmp_path: Path) -> None:
    (manifest_of(ran).parent / "pairs.jsonl").unlink()
    said = ran.kakoc("export", "latest", "--format", "trl", "-o", tmp_path / "out")
    assert said.code == 1
    assert "kakoc pairs" in said.err


def test_a_run_that_was_cut_off_is_not_exported(ran: ProjectFolder, tmp_path: Path) -> None:
    manifest_of(ran).unlink()
    said = ran.kakoc("export", "latest", "--format", "sft", "-o", tmp_path / "out")
    assert (said.code, "is not finished" in said.err) == (1, True)


def test_push_without_a_token_stops_before_the_work(
    ran: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    asked = ("export", "latest", "--format", "hf", "-o", str(tmp_path / "out"))
    said = ran.kakoc(*asked, "--push", "me/talks")
    assert said.code == 1
    assert "HF_TOKEN" in said.err
    assert not (tmp_path / "out").exists()


def test_push_uploads_what_was_written_and_prints_no_token(
    ran: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    class FakeApi:
        def __init__(self, token: str) -> None:
            assert token == SECRET

        def create_repo(self, repo: str, **_: Any) -> None:
            asked.append({"repo": repo})

        def upload_folder(self, **named: Any) -> None:
            asked.append(named)

    monkeypatch.setenv("HF_TOKEN", SECRET)
    monkeypatch.setattr("huggingface_hub.HfApi", FakeApi)
    out = tmp_path / "out"
    said = ran.kakoc("export", "latest", "--format", "hf", "-o", out, "--push", "me/talks")
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith("/datasets/me/talks")
    assert [call.get("repo") or call["repo_id"] for call in asked] == ["me/talks"] * 2
    assert asked[1]["folder_path"] == str(out)
    assert SECRET not in said.out + said.err
    assert not [
        path for path in out.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert 'load_dataset("me/talks"' in (out / "README.md").read_text(encoding="utf-8")
