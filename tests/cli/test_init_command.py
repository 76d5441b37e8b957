"""`kakoc init`: what it lays down, what it refuses, and that the result is a project."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from kakoc.app import starting
from kakoc.cli import run

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("name", ["new", "some/new/place", "with a space"])
def test_the_folder_is_made(name: str) -> None:
    assert run(["init", name]) == 0
    assert contents(Path(name)) == contents(starting.STARTER)


def test_an_empty_folder_will_do() -> None:
    assert run(["init", "."]) == 0
    assert contents(Path.cwd()) == contents(starting.STARTER)


def test_git_is_told_what_to_leave_out() -> None:
    run(["init", "new"])
    assert "artifacts/*" in Path("new/.gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", ["notes.txt", ".hidden"])
def test_a_folder_that_holds_something_is_left_alone(name: str, capsys: Capture) -> None:
    Path("mine").mkdir()
    Path("mine", name).write_text("mine")
    assert run(["init", "mine"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"kakoc: mine is not empty: it holds {name}",
        "  help: name a folder that is empty or not there yet; nothing was changed",
    ]
    assert contents(Path("mine")) == {name: b"mine"}


def test_a_project_is_not_begun_twice(capsys: Capture) -> None:
    run(["init", "new"])
    Path("new/spec/cities.yaml").write_text("mine")
    assert run(["init", "new"]) == 1
    assert "it holds .gitignore and 5 more" in capsys.readouterr().err
    assert Path("new/spec/cities.yaml").read_text() == "mine"


def test_a_file_is_no_place_for_a_project(capsys: Capture) -> None:
    Path("file").write_text("mine")
    assert run(["init", "file"]) == 1
    assert "is a file" in capsys.readouterr().err
    assert run(["init", "file/below"]) == 1
    assert "cannot write file/below" in capsys.readouterr().err
    assert Path("file").read_text() == "mine"


def test_what_it_names_next_can_be_done(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    run(["init", "with a space"])
    shown = capsys.readouterr().out.splitlines()[1:]
    entered, checked, started = [shlex.split(line) for line in shown]
    assert (entered[0], checked, started) == ("cd", ["kakoc", "check"], ["kakoc", "run"])
    monkeypatch.chdir(entered[1])
    assert run(checked[1:]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "0 errors, 0 warnings\n")


def test_what_an_installer_compiled_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = shutil.copytree(starting.STARTER, tmp_path / "installed")
    compiled = installed / "modules" / "__pycache__" / "persona.cpython-311.pyc"
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(b"")
    monkeypatch.setattr(starting, "STARTER", installed)
    assert run(["init", "new"]) == 0
    assert not list(Path("new").rglob("*.pyc"))
