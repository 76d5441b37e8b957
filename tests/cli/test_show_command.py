"""`kakoc show`: what it prints is what is sent, and every line says where it was written."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from project_kit import ProjectFolder, StubServer

PERSONA = "seeker_001"


@pytest.fixture
def run_once(built_project: ProjectFolder, stub: StubServer) -> ProjectFolder:
    """A project whose latest run holds one conversation of three turns."""
    said = built_project.kakoc("run", *stub.lm, "--personas", "1", "--turns", "3", "--json")
    assert said.code == 0
    return built_project


def sent(artifacts: Path, role: str, turn: int, variant: str) -> list[str]:
    """The texts of a journalled request, one a message."""
    place = artifacts / "journal" / "journal.sqlite"
    with contextlib.closing(sqlite3.connect(place)) as database:
        (request,) = database.execute(
            "SELECT request FROM calls WHERE (role, persona, turn, variant) = (?, ?, ?, ?)",
            (role, PERSONA, turn, variant),
        ).fetchone()
    return texts(json.loads(zlib.decompress(request)))


def texts(request: dict[str, Any]) -> list[str]:
    said = [part["text"] for message in request["messages"] for part in message["parts"]]
    return [request["system"], *said]


def shown(lines: list[dict[str, str]]) -> list[str]:
    """The texts that `show --json` means, one a message; the system message has two parts."""
    parts = [
        (part, "\n".join(row["text"] for row in rows))
        for part, rows in groupby(lines, key=lambda row: row["part"])
    ]
    assert [part for part, _ in parts[:2]] == ["system: instructions", "system: facts"]
    return ["\n\n".join(text for _, text in parts[:2]), *(text for _, text in parts[2:])]


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_supporters_prompt_is_the_one_that_was_sent(run_once: ProjectFolder, turn: int) -> None:
    said = run_once.kakoc(
        "show", "supporter", "--persona", PERSONA, "--turn", str(turn), "--care", "0.8", "--json"
    )
    assert shown(said.json["lines"]) == sent(run_once.artifacts, "supporter", turn, "0.8/0")


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_seekers_prompt_is_the_one_that_was_sent(run_once: ProjectFolder, turn: int) -> None:
    said = run_once.kakoc("show", "seeker", "--persona", PERSONA, "--turn", str(turn), "--json")
    assert shown(said.json["lines"]) == sent(run_once.artifacts, "seeker", turn, "")


def test_the_persona_prompt_is_the_one_that_was_sent(run_once: ProjectFolder) -> None:
    said = run_once.kakoc("show", "persona", "--persona", PERSONA, "--json")
    assert shown(said.json["lines"]) == sent(run_once.artifacts, "persona", 0, "")


def test_every_line_of_the_spec_says_where_it_stands(project: ProjectFolder) -> None:
    said = project.kakoc("show", "supporter", "--persona", PERSONA, "--json")
    for row in said.json["lines"]:
        file, line = row["at"].rsplit(":", 1)
        assert (project.root / file).is_file()
        assert int(line) > 0


def test_a_person_without_a_run_has_an_opening_and_no_prose(project: ProjectFolder) -> None:
    said = project.kakoc("show", "seeker", "--persona", "seeker_003")
    assert said.code == 0
    assert "(not written yet)" in said.out
    assert "Somebody is here and has time for you." in said.out
    assert "about " in said.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--persona", "nobody"), "'nobody' is no row of a plan"),
        (("--persona", PERSONA, "--turn", "4"), "no run holds turn 4"),
        (("--persona", PERSONA, "--care", "0.3"), "there is no care level 0.3"),
    ],
)
def test_what_is_not_there_is_said_with_a_hint(
    project: ProjectFolder, arguments: tuple[str, ...], message: str
) -> None:
    said = project.kakoc("show", "supporter", *arguments)
    assert said.code == 1
    assert message in said.err
    assert "help:" in said.err


def test_tokens_are_counted_by_part(project: ProjectFolder) -> None:
    said = project.kakoc("show", "supporter", "--persona", PERSONA, "--json")
    sizes = said.json["tokens"]
    letters = sum(len(row["text"]) for row in said.json["lines"] if row["part"] == "system: facts")
    assert sizes["system: facts"] == -(-letters // 4)
    assert set(sizes) == {"system: instructions", "system: facts", "demo", "user: turn"}
