"""What every command shares: help, exit codes, and how each kind of fault is printed."""

from __future__ import annotations

import importlib
from keyword import iskeyword
from pathlib import Path
from typing import Any, NoReturn

import pytest
from project_kit import ProjectFolder

import kakoc.cli
from kakoc.cli import COMMANDS, run

Capture = pytest.CaptureFixture[str]


def existing_commands() -> set[str]:
    """The modules of `kakoc.cli` that hold a command."""
    names = {path.stem for path in Path(kakoc.cli.__file__).parent.glob("*.py")} - {"__init__"}
    modules = {name: importlib.import_module(f"kakoc.cli.{name}") for name in names}
    return {name.rstrip("_") for name, module in modules.items() if hasattr(module, "command")}


def fail_with(error: BaseException) -> Any:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


def test_help_lists_exactly_the_commands_that_exist(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out.split("Commands:")[1].splitlines()
    assert {line.split()[0] for line in listed if line.strip()} == existing_commands()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str, capsys: Capture) -> None:
    assert run([name, "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith(f"Usage: kakoc {name} ")
    module = f"{name}_" if iskeyword(name) else name
    summary = importlib.import_module(f"kakoc.cli.{module}").command.help.split("\n\n")[0]
    assert " ".join(summary.split()) in text


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["check", "--nonsense"], "No such option"),
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github'"),
        (["check", "--project", "/no/such/folder"], "does not exist"),
        (["generate", "--turns", "0"], "0 is not in the range"),
        (["show", "judge"], "'judge' is not one of"),
        (["explain"], "Missing argument 'CODE'"),
    ],
)
def test_a_usage_error_is_the_users_fault(
    arguments: list[str], complaint: str, capsys: Capture
) -> None:
    assert run(arguments) == 1
    said = capsys.readouterr()
    assert complaint in said.err
    assert said.out == ""


@pytest.mark.parametrize("command", ["check", "build", "generate", "replay"])
def test_a_folder_without_a_spec_is_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([command]) == 1
    message, help_ = capsys.readouterr().err.splitlines()
    assert message == f"kakoc: no `spec/` folder in {tmp_path} or above"
    assert help_ == "  help: run inside a project, or give --project DIR"


def test_a_project_folder_given_as_spec_is_told_apart(project: ProjectFolder) -> None:
    said = project.kakoc("check", project.root)
    assert said.code == 1
    assert said.err.splitlines() == [
        f"kakoc: {project.root} is not a spec: it holds no YAML file",
        f"  help: did you mean {project.root / 'spec'}?",
    ]


def test_what_the_user_can_mend_is_one_line_and_a_hint(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("generate", "--profile", "huge")
    assert said.code == 1
    assert said.err.splitlines() == [
        "kakoc: no profile 'huge'",
        "  help: in spec/profiles.yaml: quick, full, bench",
    ]


def test_a_bug_shows_its_traceback_and_asks_for_a_report(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kakoc.app.checking.check", fail_with(ZeroDivisionError("of our own")))
    said = project.kakoc("check")
    assert said.code == 2
    assert "Traceback" in said.err
    assert "ZeroDivisionError: of our own" in said.err
    assert "this is a bug of kakoc, please report it" in said.err.splitlines()[-1]


def test_an_interrupt_is_neither_fault_nor_bug(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kakoc.app.checking.check", fail_with(KeyboardInterrupt()))
    said = project.kakoc("check")
    assert said.code == 130
    assert said.err.strip() == "kakoc: interrupted; the same command goes on where it stopped"


def test_a_reader_that_goes_away_is_no_bug(project: ProjectFolder) -> None:
    child = project.start("show", "supporter")
    assert child.stdout and child.stderr
    child.stdout.close()
    with child.stderr:
        assert child.stderr.read() == ""
    assert child.wait() == 1


def test_a_process_exits_with_the_code_of_its_command(project: ProjectFolder) -> None:
    child = project.start("explain", "K999")
    out, errors = child.communicate()
    assert (child.returncode, out) == (1, "")
    assert errors.startswith("kakoc: no code 'K999'")
