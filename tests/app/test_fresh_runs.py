"""Two runs that share nothing but the seed are the same, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from project_kit import ProjectFolder, Said, StubServer, data_files, journal_ids, running_stub

FEW = ("--personas", "2", "--turns", "3", "--json")


def fresh(project: ProjectFolder, built: Path, *arguments: str) -> tuple[Said, Path]:
    """Run with artifacts that hold a build and no journal."""
    shutil.rmtree(project.artifacts)
    shutil.copytree(built, project.artifacts)
    said = project.kakoc("run", *arguments)
    return said, project.run_folder(said)


def test_the_same_seed_gives_the_same_bytes(
    built_project: ProjectFolder, built: Path, stub: StubServer
) -> None:
    said, folder = fresh(built_project, built, *stub.lm, *FEW)
    first, calls = data_files(folder), stub.calls
    assert said.code == 0
    assert set(first) == {
        *("personas.jsonl", "conversations.jsonl", "failures.jsonl"),
        *("pairs.jsonl", "preferences.jsonl"),
    }
    assert first["pairs.jsonl"]
    again, folder = fresh(built_project, built, *stub.lm, *FEW)
    assert again.json["calls"]["made"] == stub.calls - calls > 0
    assert data_files(folder) == first


def test_another_seed_gives_other_words_to_the_same_people(
    built_project: ProjectFolder, built: Path, stub: StubServer
) -> None:
    _, one = fresh(built_project, built, *stub.lm, *FEW, "--seed", "1")
    first = data_files(one)
    _, two = fresh(built_project, built, *stub.lm, *FEW, "--seed", "2")
    second = data_files(two)
    assert one.name != two.name
    assert first["conversations.jsonl"] != second["conversations.jsonl"]
    cities = [line.split(b'"card"')[0] for line in first["personas.jsonl"].splitlines()]
    assert cities == [line.split(b'"card"')[0] for line in second["personas.jsonl"].splitlines()]


@pytest.mark.parametrize("fault", ["500", "garbage"])
def test_a_server_with_faults_changes_nothing(
    built_project: ProjectFolder, built: Path, stub: StubServer, fault: str
) -> None:
    _, folder = fresh(built_project, built, *stub.lm, *FEW)
    undisturbed = data_files(folder)
    with running_stub("--fault-every", "4", "--fault", fault) as shaky:
        said, folder = fresh(built_project, built, *shaky.lm, *FEW)
        assert said.json["counts"]["ok"] == 2
        assert shaky.calls > said.json["calls"]["made"]
        # What was answered well was written down; nothing was asked twice.
        assert sorted(journal_ids(built_project.artifacts)) == sorted(shaky.stats["served"])
        assert set(shaky.stats["served"].values()) == {1}
    assert data_files(folder) == undisturbed


@pytest.mark.real_model
@pytest.mark.slow
def test_the_embedded_model_says_the_same_twice(
    built_project: ProjectFolder, built: Path
) -> None:
    asked = ("--lm", "smollm2-deterministic", "--personas", "1", "--turns", "2", "--json")
    _, folder = fresh(built_project, built, *asked)
    first = data_files(folder)
    assert first["personas.jsonl"]
    assert b'"chosen":0.' in first["conversations.jsonl"]
    _, folder = fresh(built_project, built, *asked)
    assert data_files(folder) == first
    assert built_project.kakoc("replay").code == 0
