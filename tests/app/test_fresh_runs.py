"""Two runs that share nothing but the seed are the same, byte for byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from project_kit import ProjectFolder, Said, StubServer, data_files, journal_ids, running_stub

from kakoc.lm import retry

FEW = ("--personas", "2", "--turns", "3", "--json")


def fresh(project: ProjectFolder, built: Path, *arguments: str) -> tuple[Said, Path]:
    """Run with artifacts of its own, which hold a build and no journal."""
    artifacts = project.root / f"artifacts-{len(list(project.root.glob('artifacts-*')))}"
    shutil.copytree(built, artifacts)
    said = project.kakoc("run", *arguments, "-o", artifacts)
    return said, artifacts / "runs" / said.json["run"]


def test_the_same_seed_gives_the_same_bytes(
    project: ProjectFolder, built: Path, stub: StubServer
) -> None:
    said, folder = fresh(project, built, *stub.lm, *FEW)
    first, calls = data_files(folder), stub.calls
    assert said.code == 0
    assert set(first) == {
        *("personas.jsonl", "conversations.jsonl", "failures.jsonl"),
        *("pairs.jsonl", "preferences.jsonl"),
    }
    assert first["pairs.jsonl"]
    again, folder = fresh(project, built, *stub.lm, *FEW)
    assert again.json["calls"]["made"] == stub.calls - calls > 0
    assert data_files(folder) == first


def test_another_seed_gives_other_words_to_the_same_people(
    project: ProjectFolder, built: Path, stub: StubServer
) -> None:
    _, one = fresh(project, built, *stub.lm, *FEW, "--seed", "1")
    first = data_files(one)
    _, two = fresh(project, built, *stub.lm, *FEW, "--seed", "2")
    second = data_files(two)
    assert one.name != two.name
    assert first["conversations.jsonl"] != second["conversations.jsonl"]
    cities = [line.split(b'"card"')[0] for line in first["personas.jsonl"].splitlines()]
    assert cities == [line.split(b'"card"')[0] for line in second["personas.jsonl"].splitlines()]


def test_a_server_that_fails_now_and_then_changes_nothing(
    project: ProjectFolder, built: Path, stub: StubServer
) -> None:
    _, folder = fresh(project, built, *stub.lm, *FEW)
    undisturbed = data_files(folder)
    with running_stub("--fault", "500=0.25", "--fault", "garbage=0.1") as shaky:
        said, folder = fresh(project, built, *shaky.lm, *FEW)
        assert said.code == 0
        assert shaky.calls > said.json["calls"]["made"]
        # What was answered well was written down; nothing was asked twice.
        assert shaky.stats["served"] == dict.fromkeys(journal_ids(folder.parents[1]), 1)
    assert data_files(folder) == undisturbed


def test_garbage_is_counted_and_asking_again_mends_it(
    built_project: ProjectFolder,
    built: Path,
    stub: StubServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, folder = fresh(built_project, built, *stub.lm, *FEW)
    undisturbed = data_files(folder)
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    with running_stub("--fault", "garbage=0.15") as shaky:
        said = built_project.kakoc("run", *shaky.lm, *FEW)
        failures = (built_project.run_folder(said) / "failures.jsonl").read_text(encoding="utf-8")
        assert "the reply is not JSON" in failures
        assert all(json.loads(line)["status"] == "failed" for line in failures.splitlines())
        for _ in range(6):
            said = built_project.kakoc("run", *shaky.lm, *FEW)
            if said.json["calls"]["made"] == 0:
                break
        assert set(shaky.stats["served"].values()) == {1}
    assert data_files(built_project.run_folder(said)) == undisturbed


@pytest.mark.real_model
@pytest.mark.slow
def test_the_embedded_model_says_the_same_twice(project: ProjectFolder, built: Path) -> None:
    asked = ("--lm", "smollm2-deterministic", "--personas", "1", "--turns", "1", "--json")
    _, folder = fresh(project, built, *asked)
    first = data_files(folder)
    assert first["personas.jsonl"]
    assert b'"chosen":0.' in first["conversations.jsonl"]
    _, again = fresh(project, built, *asked)
    assert data_files(again) == first
    assert project.kakoc("replay", again, "-o", again.parents[1]).code == 0
