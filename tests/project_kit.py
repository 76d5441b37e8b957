"""A project of its own for a test, the real command run in it, and a stub server beside it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kakoc.cli import run

REPOSITORY = Path(__file__).parent.parent
FOLDERS = ("spec", "modules", "optimizers")
USER_CODE = re.compile(r"(modules|optimizers)(\.|$)|kakoc_build_")
WAIT_SECONDS = 60.0

# A shell may start the tests with SIGINT ignored, and children would inherit that.
COMMAND = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from kakoc.cli import main
main()
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class ProjectFolder:
    """A copy of the real project."""

    root: Path
    capture: pytest.CaptureFixture[str]
    """Of file descriptors, so that native libraries are heard too."""

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts"

    def lay(self, files: Mapping[str, str]) -> None:
        """Put files over those of the project."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
        self.lay({name: text.replace(old, new)})

    def line_of(self, name: str, text: str) -> int:
        """Number of the first line of a file that holds `text`."""
        lines = (self.root / name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)

    def kakoc(self, *arguments: str | Path) -> Said:
        """Run a command in this process."""
        self.capture.readouterr()
        with own_imports():
            code = run([str(argument) for argument in arguments])
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        return start_python("-c", COMMAND, *arguments, cwd=self.root)

    def run_folder(self, said: Said) -> Path:
        """Folder of the run whose manifest a command printed."""
        return self.artifacts / "runs" / str(said.json["run"])


@dataclass(slots=True)
class StubServer:
    """A running `stub_server.py`."""

    base: str
    process: subprocess.Popen[str]

    @property
    def stats(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.base}/stats", timeout=10) as reply:
            stats: dict[str, Any] = json.load(reply)
            return stats

    @property
    def calls(self) -> int:
        return int(self.stats["calls"])

    @property
    def port(self) -> str:
        return str(urlsplit(self.base).port)

    @property
    def lm(self) -> tuple[str, ...]:
        """Options that give every role this server."""
        return ("--lm", "http/stub", "--api-base", self.base)


def start_python(*arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
    # -P: the folder that a test runs in is no place to import from.
    command = [sys.executable, "-P", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@contextlib.contextmanager
def running_stub(*options: str) -> Iterator[StubServer]:
    """A stub server of its own, for as long as the context lasts."""
    process = start_python(REPOSITORY / "tests" / "stub_server.py", *options, cwd=REPOSITORY)
    try:
        assert process.stdout is not None
        yield StubServer(process.stdout.readline().strip(), process)
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def own_imports() -> Iterator[None]:
    """Nothing of the repository's own project is importable, and nothing that is loaded stays."""
    kept_path, kept = sys.path.copy(), _user_code()
    _forget(kept)
    sys.path[:] = [place for place in sys.path if Path(place).resolve() != REPOSITORY]
    try:
        yield
    finally:
        _forget(_user_code())
        sys.modules.update(kept)
        sys.path[:] = kept_path


def copy_project(root: Path) -> Path:
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    return root


def make_tracker(artifacts: Path) -> None:
    """MLflow needs seconds for the tables of a new database; here they are made once."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    from mlflow import MlflowClient

    MlflowClient(tracking_uri=f"sqlite:///{artifacts / 'mlflow.db'}").search_experiments()


def journal_ids(artifacts: Path) -> list[str]:
    """The stub's id of every reply in the journal of a project."""
    return [json.loads(response)["id"] for _, response in _journal_rows(artifacts)]


def journal_text(artifacts: Path) -> str:
    """Everything in the journal of a project, unpacked."""
    rows = _journal_rows(artifacts)
    return "\n".join(zlib.decompress(request).decode() + response for request, response in rows)


def data_files(run_folder: Path) -> dict[str, bytes]:
    """What a run made: name -> bytes of each data file."""
    return {path.name: path.read_bytes() for path in run_folder.glob("*.jsonl") if _is_data(path)}


def wait_until(is_true: Callable[[], bool]) -> None:
    limit = time.monotonic() + WAIT_SECONDS
    while not is_true():
        assert time.monotonic() < limit, "it never came to that"
        time.sleep(0.01)


def _journal_rows(artifacts: Path) -> list[tuple[bytes, str]]:
    path = artifacts / "journal" / "journal.sqlite"
    if not path.is_file():
        return []  # its writer was stopped before it wrote anything
    with contextlib.closing(sqlite3.connect(path)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            return []
        return database.execute("SELECT request, response FROM calls").fetchall()


def _is_data(path: Path) -> bool:
    return path.name != "events.jsonl"  # it holds times of day


def _user_code() -> dict[str, Any]:
    return {name: module for name, module in sys.modules.items() if USER_CODE.match(name)}


def _forget(modules: Mapping[str, Any]) -> None:
    for name in modules:
        del sys.modules[name]
