"""Once the models are in the cache, a build, a run and its tracking ask nobody anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from real_run_kit import RealRun, guarded


@pytest.mark.real_model
@pytest.mark.slow
def test_a_build_and_a_run_turn_to_no_other_machine(real_run: RealRun) -> None:
    assert real_run.code in (0, 1), real_run.err
    assert real_run.left_the_machine == []


@pytest.mark.parametrize(
    ("statement", "event"),
    [
        ("socket.getaddrinfo('a.invalid', 80)", "socket.getaddrinfo a.invalid"),
        ("socket.create_connection(('192.0.2.1', 80), 1)", "socket.getaddrinfo 192.0.2.1"),
        ("socket.socket().connect(('192.0.2.1', 80))", "socket.connect 192.0.2.1"),
        (
            "subprocess.run([sys.executable, '-c', 'import socket; socket.gethostbyname(\"b\")'])",
            "socket.gethostbyname b",
        ),
    ],
)
def test_the_guard_sees_who_does(statement: str, event: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = f"import socket, subprocess, sys; {statement}"
    subprocess.run(
        [sys.executable, "-c", script], env=guarded(log), cwd=tmp_path, capture_output=True
    )
    assert log.read_text().splitlines() == [event]


def test_the_guard_lets_a_machine_talk_to_itself(tmp_path: Path) -> None:
    script = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(('localhost', server.getsockname()[1]), 5)\n"
        "socket.socketpair()"
    )
    log = tmp_path / "log"
    subprocess.run([sys.executable, "-c", script], env=guarded(log), cwd=tmp_path, check=True)
    assert not log.exists()
