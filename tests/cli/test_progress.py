"""What a run says while it goes on: on a terminal, in a file, to a machine, and to nobody."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from project_kit import COMMAND, ProjectFolder, StubServer, running_stub

from kakoc.app import Traffic
from kakoc.cli import lines
from kakoc.cli.beat import SECONDS
from kakoc.cli.progress import Plan, Reporter
from kakoc.cli.steps import Steps
from kakoc.cli.tally import Tally
from kakoc.types import Usage

FEW = ("--personas", "2", "--turns", "2")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
MICROSECONDS = 20.0
"""An event may take so long; measured are less than 3, on a machine that does nothing else."""


def on_terminal(project: ProjectFolder, *arguments: str) -> tuple[int, str, str]:
    """Exit code and stdout of a command, and what its stderr drew on a terminal."""
    ours, its = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", COMMAND, *arguments],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=its,
        text=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"},
    )
    os.close(its)
    drawn = b""
    with contextlib.suppress(OSError):  # the other side is closed
        while part := os.read(ours, 65_536):
            drawn += part
    os.close(ours)
    said, _ = child.communicate()
    return child.returncode, said, drawn.decode()


def test_a_terminal_shows_two_bars_and_the_figures(built_project: ProjectFolder) -> None:
    with running_stub("--latency", "0.3") as slow:
        code, said, drawn = on_terminal(built_project, "generate", *slow.lm, *FEW)
    assert code == 0
    shown = ESCAPE.sub("", drawn)
    assert re.search(r"conversations ━+ 2/2 +2 ok", shown)
    assert re.search(r"turns +━+ 4/4", shown)
    # Seen while it went on: some of it done, a rate, calls in flight under a limit, time left.
    assert re.search(r"turns +\S+ +[123]/4|turns +━[ ━╸╺]*[123]/4", shown)
    flying = re.findall(r"\d+\.\d calls/s, \d+ tokens/s, in flight (\d+)/(\d+)", shown)
    assert flying and any(0 < int(now) <= int(most) for now, most in flight_pairs(flying))
    assert re.search(r"\d:\d\d:\d\d left", shown)
    assert re.search(r"done: conversations 2/2, turns 4/4, \d+ calls", shown)
    assert "calls/s" not in said
    # By time, not by event: four times a second and a few at the ends.
    assert shown.count("calls/s") < 4 * 60


def flight_pairs(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in found if int(pair[1])]


def test_a_file_gets_lines_with_start_and_end(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    said = built_project.kakoc("generate", *stub.lm, *FEW)
    assert said.code == 0
    assert re.search(r"^run quick-\w+: 2 conversations$", said.err, re.MULTILINE)
    (end,) = [line for line in said.err.splitlines() if line.startswith("done: ")]
    assert "conversations 2/2, turns 4/4" in end
    assert "\x1b" not in said.err and "━" not in said.err


def test_machines_get_one_object_a_line(built_project: ProjectFolder, stub: StubServer) -> None:
    said = built_project.kakoc("generate", *stub.lm, *FEW, "--json")
    assert said.code == 0 and said.json["counts"]["ok"] == 2
    rows = [json.loads(line) for line in said.err.splitlines()]
    assert all(row["time"] > 1.6e9 for row in rows)
    names = [row["event"] for row in rows]
    assert names.count("start") == 1 and names.count("turn") == 4
    assert names.count("conversation") == names.count("persona") == 2
    (end,) = [row for row in rows if row["event"] == "end"]
    assert end["finished"] is True
    assert end["calls"] == said.json["calls"] and end["tokens"] == said.json["tokens"]
    assert end["turns"] == {"planned": 4, "done": 4}
    assert list(end["endpoints"]) == ["http/stub"]


def test_a_spent_budget_ends_as_stopped(built_project: ProjectFolder, stub: StubServer) -> None:
    call = ("generate", *stub.lm, *FEW, "--max-calls", "3")
    plain = built_project.kakoc(*call)
    assert plain.code == 3 and "\nstopped: conversations 0/2" in plain.err
    machine = built_project.kakoc(*call, "--json")
    rows = [json.loads(row) for row in machine.err.splitlines() if row.startswith("{")]
    assert (machine.code, machine.out, rows[-1]["finished"]) == (3, "", False)


def test_quiet_is_quiet_on_a_terminal_too(built_project: ProjectFolder, stub: StubServer) -> None:
    code, said, drawn = on_terminal(built_project, "generate", *stub.lm, *FEW, "--quiet", "--json")
    assert (code, drawn) == (0, "")
    assert json.loads(said)["counts"]["ok"] == 2


class Terminal(io.StringIO):
    """A terminal that takes what is written."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("kind", "bars"), [("dumb", False), ("xterm", True)])
def test_a_dumb_terminal_gets_lines(kind: str, bars: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with Reporter(Plan(1, 1), Traffic) as reporter:
        reporter.notify("start", {"run": "quick-1", "conversations": 1})
    assert ("\x1b" in terminal.getvalue(), "━" in terminal.getvalue()) == (bars, bars)
    assert "quick-1" in terminal.getvalue()


class Clock:
    """Time as a test says it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def a_tally(plan: Plan, traffic: Callable[[], Traffic] = Traffic) -> tuple[Tally, Clock]:
    clock = Clock()
    return Tally(plan, traffic, clock), clock


def test_rates_are_of_the_last_seconds_and_not_of_the_whole_run() -> None:
    seen = [Traffic()]
    tally, clock = a_tally(Plan(10, 10), lambda: seen[0])
    for second in range(1, 61):
        clock.now += 1
        each = 10 if second > 30 else 1
        before = seen[0]
        tokens = Usage(completion=before.usage.completion + 5 * each)
        seen[0] = Traffic(calls=before.calls + each, usage=tokens)
        tally.count("turn", {"persona": f"p{second % 10}", "turn": 1})
        figures = tally.figures()
    assert figures.calls_per_second == pytest.approx(10)
    assert figures.tokens_per_second == pytest.approx(50)
    assert figures.seconds_left == pytest.approx(40)  # 40 turns at one a second


def test_turns_that_are_not_held_are_not_waited_for() -> None:
    tally, _ = a_tally(Plan(3, 10))
    for turn in (1, 2):
        tally.count("turn", {"persona": "a", "turn": turn})
    tally.count("conversation", {"persona": "a", "status": "ok", "turns": 2})
    tally.count("conversation", {"persona": "b", "status": "rejected", "turns": 0})
    figures = tally.figures()
    assert figures.turns == {"planned": 12, "done": 2}
    assert figures.conversations == {"planned": 3, "ok": 1, "failed": 0, "rejected": 1}
    assert (figures.over, figures.failures) == (2, 1)


def test_a_run_until_enough_are_ok_holds_another_for_each_that_is_lost() -> None:
    tally, _ = a_tally(Plan(3, 10, until_enough=True))
    tally.count("conversation", {"persona": "b", "status": "failed", "turns": 0})
    figures = tally.figures()
    assert figures.conversations["planned"] == 4
    assert figures.turns == {"planned": 30, "done": 0}


@pytest.mark.parametrize("as_json", [False, True])
def test_an_event_costs_a_run_next_to_nothing(as_json: bool, capfd: Any) -> None:
    with Reporter(Plan(1, 20_000), Traffic, as_json=as_json) as reporter:
        begun = time.process_time()
        for turn in range(20_000):
            reporter.notify("turn", {"persona": "seeker_001", "turn": turn})
        each = (time.process_time() - begun) / 20_000 * 1e6
    assert each < (3 * MICROSECONDS if as_json else MICROSECONDS)
    assert len(capfd.readouterr().err.splitlines()) == (20_001 if as_json else 1)


def test_of_many_failures_some_are_told_and_all_are_counted(capfd: Any) -> None:
    told = {"stage": "supporter", "turn": 3, "status": "failed", "reason": "a\x1b[2Jb\nc" * 99}
    with Reporter(Plan(1, 20), Traffic) as reporter:
        for _ in range(1_000):
            reporter.notify("failure", {"persona": "seeker_001", **told})
    *some, rest, end = capfd.readouterr().err.splitlines()
    assert len(some) == lines.FAILURES_A_SECOND
    assert some[0].startswith("seeker_001: supporter failed, turn 3: a [2Jb c")
    assert len(some[0]) < 250
    assert rest == f"and {1_000 - len(some)} more failures"
    assert "failures 1000" in end


def test_a_closed_stderr_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    broken = os.fdopen(write, "w")
    monkeypatch.setattr(sys, "stderr", broken)
    with Reporter(Plan(1, 1), Traffic) as reporter:
        reporter.notify("start", {"run": "quick-1", "conversations": 1})
        reporter.notify("turn", {"persona": "a", "turn": 1})
        time.sleep(2 * SECONDS)
    monkeypatch.undo()
    with contextlib.suppress(BrokenPipeError):
        broken.close()


def test_steps_are_lines_and_not_too_many(capfd: Any) -> None:
    with Steps("build") as steps:
        for megabytes in range(1_000):
            steps.say(f"fetching a model: {megabytes} of 1000 MB")
        steps.say("fitting judge empathy, 1 of 4")
    with Steps("build", quiet=True) as steps:
        steps.say("checking the spec")
    with Steps("build", as_json=True) as steps:
        steps.say("checking the spec")
    first, second, machine = capfd.readouterr().err.splitlines()
    assert first == "build: fetching a model: 0 of 1000 MB"
    assert second == "build: fitting judge empathy, 1 of 4"
    assert json.loads(machine)["text"] == "checking the spec"
