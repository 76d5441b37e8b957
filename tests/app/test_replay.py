"""A run comes back from its journal, byte for byte and without a call, or says what is missing."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from project_kit import ProjectFolder, StubServer, data_files

FEW = ("--personas", "2", "--turns", "2")


@pytest.fixture
def run_folder(built_project: ProjectFolder, stub: StubServer) -> Path:
    """A finished run of two conversations."""
    said = built_project.kakoc("run", *stub.lm, *FEW, "--json")
    assert said.code == 0
    return built_project.run_folder(said)


def forget_call(project: ProjectFolder, role: str, turn: int) -> str:
    """Take one call out of the journal; returns its key."""
    place = project.artifacts / "journal" / "journal.sqlite"
    with contextlib.closing(sqlite3.connect(place)) as database, database:
        (key,) = database.execute(
            "SELECT key FROM calls WHERE role = ? AND turn = ? AND persona = 'seeker_002'",
            (role, turn),
        ).fetchone()
        database.execute("DELETE FROM calls WHERE key = ?", (key,))
    return str(key)


def test_a_replay_is_the_same_and_asks_nobody(
    built_project: ProjectFolder, stub: StubServer, run_folder: Path
) -> None:
    before, calls = data_files(run_folder), stub.calls
    said = built_project.kakoc("replay")
    assert (said.code, said.out) == (0, f"{run_folder.name}: the same, byte for byte\n")
    assert stub.calls == calls
    assert data_files(run_folder) == before
    assert {path.name for path in built_project.artifacts.iterdir()} == {
        *("build", "journal", "mlflow.db", "runs")
    }


def test_the_same_command_again_asks_nobody(
    built_project: ProjectFolder, stub: StubServer, run_folder: Path
) -> None:
    before, calls = data_files(run_folder), stub.calls
    said = built_project.kakoc("run", *stub.lm, *FEW, "--json")
    assert built_project.run_folder(said) == run_folder
    assert said.json["calls"] == {"made": 0, "from_journal": 18}
    assert stub.calls == calls
    assert data_files(run_folder) == before


@pytest.mark.parametrize(
    ("role", "turn", "place"),
    [
        ("persona", 0, "persona, persona seeker_002, turn 0"),
        ("seeker", 2, "seeker, persona seeker_002, turn 2"),
        ("supporter", 1, "supporter, persona seeker_002, turn 1, variant"),
    ],
)
def test_a_missing_call_is_named(
    *,
    built_project: ProjectFolder,
    stub: StubServer,
    run_folder: Path,
    role: str,
    turn: int,
    place: str,
) -> None:
    before, calls = data_files(run_folder), stub.calls
    key = forget_call(built_project, role, turn)
    said = built_project.kakoc("replay", run_folder.name)
    assert said.code == 1
    *progress, message, help_ = said.err.splitlines()
    assert all(line.startswith("replay: conversations: ") for line in progress)
    assert message.startswith("kakoc: offline, and the journal does not hold this call")
    assert place in message
    assert key in message
    assert help_ == "  help: run without replay to make the call"
    assert stub.calls == calls
    assert data_files(run_folder) == before


def test_a_run_that_was_touched_is_not_the_same(
    built_project: ProjectFolder, run_folder: Path
) -> None:
    path = run_folder / "conversations.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"distress":', b'"distress": ', 1))
    said = built_project.kakoc("replay")
    assert (said.code, said.out) == (1, f"{run_folder.name}: differs in conversations.jsonl\n")


def test_a_replay_needs_neither_key_nor_server(
    built_project: ProjectFolder, stub: StubServer, run_folder: Path
) -> None:
    said = built_project.kakoc("generate", "--lm", "http/stub", "--api-base", stub.base, *FEW)
    assert said.code == 0
    config = run_folder / "config.json"
    # The key's variable is not set here; only a call would need it.
    text = config.read_text(encoding="utf-8").replace('"api_key_env": null', '"api_key_env": "NO"')
    config.write_text(text, encoding="utf-8")
    assert built_project.kakoc("replay", run_folder.name).code == 0
