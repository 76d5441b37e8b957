"""The tutorial is executed: every diff applied, every command run, every shown output compared.

Models are played by the stub server, and judge heads come from the user's cache, where the
session's build left them; both change only what the page leaves open with `...`.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_kit import StubServer, own_imports
from source_kit import ROOT

from kakoc.cli import run

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(diff|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
FILE = re.compile(r"^--- .*\n\+\+\+ b/(.*)\n((?:(?!--- ).*\n)*)", re.MULTILINE)
HUNK = re.compile(r"^@@ .*\n", re.MULTILINE)
FAULT = re.compile(r"error\[K|^kakoc: ", re.MULTILINE)


def test_the_tutorial_says_what_happens(
    tmp_path: Path, built: Path, stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    for kind, text in BLOCK.findall(PAGE):
        if kind == "diff":
            apply(text)
            continue
        for line, shown in COMMAND.findall(text):
            program, *arguments = shlex.split(line)
            if program == "cd":
                monkeypatch.chdir(arguments[0])
                lay_what_is_slow(built, Path("artifacts"))
                continue
            code, said = kakoc(*arguments, *(stub.lm if arguments[0] == "run" else ()))
            assert pattern(shown).fullmatch(said), f"$ {line}\n{said}"
            assert code == bool(FAULT.search(shown)), line


def lay_what_is_slow(built: Path, artifacts: Path) -> None:
    """An empty tracker's database, as after a first run; fitted judges are the user's already."""
    artifacts.mkdir(exist_ok=True)
    shutil.copy(built / "mlflow.db", artifacts)


def kakoc(*arguments: str) -> tuple[int, str]:
    """The exit code, and what a terminal would show."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), own_imports():
        code = run(list(arguments))
    return code, "".join(f"{line.rstrip()}\n" for line in said.getvalue().splitlines())


def pattern(shown: str) -> re.Pattern[str]:
    """`...` alone stands for any lines or none, within a line for anything."""
    lines = [
        "(?:.*\n)?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n"
        for line in shown.splitlines()
    ]
    return re.compile("".join(lines), re.DOTALL)


def apply(diff: str) -> None:
    for name, body in FILE.findall(diff):
        path = Path(name)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for old, new in hunks(body):
            assert text.count(old) == 1, f"{name} holds {text.count(old)} times:\n{old}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def hunks(body: str) -> Iterator[tuple[str, str]]:
    """What stands there, and what shall; line numbers may be off, as for any patch."""
    for hunk in HUNK.split(body)[1:]:
        lines = [line if line.strip() else " \n" for line in hunk.splitlines(keepends=True)]
        yield tuple(
            "".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +")
        )
