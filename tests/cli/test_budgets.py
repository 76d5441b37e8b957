"""`kakoc generate --max-...`: stops in time, says what is left, and a larger budget goes on."""

from __future__ import annotations

import time

from project_kit import ProjectFolder, StubServer, data_files, journal_ids, running_stub

FEW = ("--personas", "3", "--turns", "3")


def test_a_spent_budget_stops_and_a_larger_one_goes_on(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    before = stub.calls
    stopped = built_project.kakoc("generate", *stub.lm, *FEW, "--max-calls", "7", "--json")
    assert stopped.code == 3
    assert stopped.out == ""
    assert stub.calls - before == 7 == len(journal_ids(built_project.artifacts))
    assert "the budget of 7 calls is spent; 0 of 3 conversations are finished" in stopped.err
    assert "larger budget goes on" in stopped.err

    done = built_project.kakoc("generate", *stub.lm, *FEW, "--max-calls", "500", "--json")
    assert done.code == 0
    assert done.json["calls"] == {"made": stub.calls - before - 7, "from_journal": 7}


def test_the_rows_are_those_of_a_run_that_was_never_stopped(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    built_project.kakoc("generate", *stub.lm, *FEW, "--max-calls", "20")
    resumed = built_project.kakoc("generate", *stub.lm, *FEW, "--json")
    kept = data_files(built_project.run_folder(resumed))
    fresh = built_project.kakoc(
        *("generate", *stub.lm, *FEW, "--json", "-o", str(built_project.root / "elsewhere"))
    )
    assert data_files(built_project.run_folder(fresh)) == kept


def test_tokens_are_a_limit_too(built_project: ProjectFolder, stub: StubServer) -> None:
    stopped = built_project.kakoc("generate", *stub.lm, *FEW, "--max-tokens", "20000")
    assert stopped.code == 3
    assert "of 20000 tokens are spent" in stopped.err


def test_seconds_end_even_calls_in_flight(built_project: ProjectFolder) -> None:
    with running_stub("--latency", "60") as slow:
        begun = time.monotonic()
        stopped = built_project.kakoc("generate", *slow.lm, *FEW, "--max-seconds", "1")
        assert stopped.code == 3
        assert "the 1 seconds are over" in stopped.err
        assert time.monotonic() - begun < 40
