"""`kakoc generate --max-...`: stops in time, says what is left, and the same command goes on."""

from __future__ import annotations

import re
import shlex
import time

import pytest
from project_kit import ProjectFolder, Said, StubServer, data_files, journal_ids, running_stub

FEW = ("--personas", "3", "--turns", "3")
MODELS = "spec/models.yaml"
PRICED = ("--lm", "local-server")


def command_of(said: Said) -> list[str]:
    """The arguments of the command that a stopped run says goes on with it."""
    (line,) = re.findall(r"^ *kakoc (generate .*|run .*)$", said.err, re.MULTILINE)
    return shlex.split(line)


def price(project: ProjectFolder, stub: StubServer, price: str) -> None:
    """`local-server` is the stub, and has a price."""
    base = f"    api_base: {stub.base}\n    price: {price}\n"
    project.edit(MODELS, "    api_base: http://127.0.0.1:8000/v1\n", base)


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
    assert re.search(
        r"about \d+ calls are left to make; spent: 7 calls, [\d,]+ tokens", stopped.err
    )
    assert "cost unknown, for want of a `price`" in stopped.err

    done = built_project.kakoc("generate", *stub.lm, *FEW, "--max-calls", "500", "--json")
    assert done.code == 0
    assert done.json["calls"] == {"made": stub.calls - before - 7, "from_journal": 7}
    assert done.json["cost"] is None


def test_the_command_that_is_told_comes_to_the_end(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    asked = ("generate", *stub.lm, *FEW, "--seed", "5", "--max-calls", "16", "--quiet")
    said, left, spent = built_project.kakoc(*asked), [], 0
    while said.code == 3:
        (number,) = re.findall(r"about ([\d,]+) calls are left", said.err)
        left.append(int(number.replace(",", "")))
        spent += 16
        assert spent < 500, "it never came to its end"
        said = built_project.kakoc(*command_of(said))
    assert said.code == 0
    assert left == sorted(left, reverse=True)
    assert len(left) >= 2
    # After the first calls the guess is not far from what it came to.
    whole = len(journal_ids(built_project.artifacts)) - 16
    assert whole / 2 < left[0] < whole * 2


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


def test_a_budget_for_not_one_call_says_so(built_project: ProjectFolder, stub: StubServer) -> None:
    stopped = built_project.kakoc("generate", *stub.lm, *FEW, "--max-tokens", "10")
    assert stopped.code == 3
    assert "only a larger budget goes on" in stopped.err
    assert not journal_ids(built_project.artifacts)


def test_cost_is_a_limit_and_is_told(built_project: ProjectFolder, stub: StubServer) -> None:
    price(built_project, stub, "{prompt: 2, completion: 10}")
    asked = ("generate", *PRICED, *FEW, "--json")
    stopped = built_project.kakoc(*asked, "--max-cost", "0.06")
    assert stopped.code == 3, stopped.err
    (told,) = re.findall(r"spent: .*, cost ([\d.]+)$", stopped.err, re.MULTILINE)
    assert 0.01 < float(told) <= 0.06
    assert "of a cost of 0.06 are spent" in stopped.err

    done = built_project.kakoc(*asked, "--max-cost", "100")
    assert done.code == 0, done.err
    tokens = done.json["tokens"]
    cost = (2 * tokens["prompt"] + 10 * tokens["completion"]) / 1e6
    assert done.json["cost"] == pytest.approx(cost, abs=1e-6)
    shown = built_project.kakoc("runs", "show", "latest", "--json").json
    assert shown["cost"] == done.json["cost"]
    again = built_project.kakoc(*asked)
    assert again.json["cost"] == 0.0  # the journal answered


def test_a_model_without_a_price_is_refused_before_any_call(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    before = stub.calls
    said = built_project.kakoc("generate", *stub.lm, *FEW, "--max-cost", "5")
    assert (said.code, said.out) == (1, "")
    assert "http/stub has none" in said.err
    assert "price: {prompt:" in said.err
    assert stub.calls == before
    assert not list((built_project.artifacts / "runs").glob("*/"))


def test_seconds_end_even_calls_in_flight(built_project: ProjectFolder) -> None:
    with running_stub("--latency", "60") as slow:
        begun = time.monotonic()
        stopped = built_project.kakoc("generate", *slow.lm, *FEW, "--max-seconds", "1")
        assert stopped.code == 3
        assert "the 1 seconds are over; 0 of 3 conversations are finished" in stopped.err
        assert time.monotonic() - begun < 40
