"""Whatever a server does: every planned conversation is counted, every loss has its reason."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from project_kit import (
    ProjectFolder,
    Said,
    data_files,
    journal_ids,
    own_imports,
    running_stub,
    wait_until,
)

from kakoc.cli import run
from kakoc.lm import http, retry

FEW = ("generate", "--profile", "bench", "--personas", "3", "--turns", "2", "--json")
PATIENCE_SECONDS = 30.0
"""Nothing here may take longer: stalls included, timeouts are short."""
LOST: dict[str, tuple[str, str]] = {
    "429": ("failed", "the server answered 429"),
    "500": ("failed", "the server answered 500"),
    "echo": ("failed", "the server answered 500"),
    "garbage": ("failed", "the reply is not JSON"),
    "html": ("failed", "the reply is not JSON"),
    "stream": ("failed", "the reply is not JSON"),
    "nothing": ("failed", "the reply is empty"),
    "torn": ("failed", "the connection failed (ClientPayloadError)"),
    "reset": ("failed", "the connection failed (ServerDisconnectedError)"),
    "huge": ("failed", "the reply is larger than 1 MB"),
    "stall": ("failed", "no byte within 0.5 s"),
    "wrong-role": ("failed", "the reply is not a chat completion"),
    "empty": ("rejected", "not the asked format"),
    "cut": ("rejected", "not the asked format"),
    "not-json": ("rejected", "not the asked format"),
    "wrong-schema": ("rejected", "not the asked format"),
    "refusal": ("rejected", "refused by the provider"),
}
"""What becomes of a run whose every call meets the fault."""
OWN = ("empty", "cut", "not-json", "wrong-schema", "refusal")
PASSING = sorted(name for name, (status, _) in LOST.items() if status == "failed")


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(http, "MOST_BYTES", 1_000_000)


@pytest.fixture(scope="module")
def undisturbed(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the run comes to where nothing goes wrong."""
    root = shutil.copytree(plain, tmp_path_factory.mktemp("undisturbed") / "project")
    with running_stub() as server, own_imports():
        options = ("--lm", "impatient", "--api-base", server.base, "--project", str(root))
        assert run([*FEW, *options]) == 0
    (folder,) = (root / "artifacts" / "runs").glob("*/")
    return data_files(folder)


def generate(project: ProjectFolder, base: str) -> Said:
    """A small run on a model that is given little time, in the time it may take."""
    begun = time.monotonic()
    said = project.kakoc(*FEW, "--lm", "impatient", "--api-base", base)
    assert time.monotonic() - begun < PATIENCE_SECONDS
    assert "Traceback" not in said.err
    return said


def failures(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "failures.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("fault", LOST)
def test_nothing_is_lost_silently(plain_project: ProjectFolder, fault: str) -> None:
    with running_stub("--fault", f"{fault}=1") as server:
        said = generate(plain_project, server.base)
    status, reason = LOST[fault]
    counts = {"planned": 3, "ok": 0, "failed": 0, "rejected": 0}
    assert said.json["counts"] == {**counts, status: 3}
    assert said.code == 1
    rows = failures(plain_project.run_folder(said))
    assert {(row["status"], row["reason"]) for row in rows} == {(status, reason)}
    assert {row["persona"] for row in rows if row["status"] == status}


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_asked_again_and_leaves_no_mark(
    plain_project: ProjectFolder, fault: str, undisturbed: dict[str, bytes]
) -> None:
    with running_stub("--fault", f"{fault}=0.2") as server:
        said = generate(plain_project, server.base)
        told = server.stats
    assert (said.code, said.json["counts"]["ok"]) == (0, 3)
    assert told["faults"][fault] > 0
    # Nothing is lost, and nothing is kept or paid for twice.
    assert told["served"] == dict.fromkeys(journal_ids(plain_project.artifacts), 1)
    assert data_files(plain_project.run_folder(said)) == undisturbed


def test_busy_answers_and_stalls_together_lose_nothing(
    plain_project: ProjectFolder, undisturbed: dict[str, bytes]
) -> None:
    with running_stub("--fault", "429=0.1", "--fault", "stall=0.05") as server:
        said = generate(plain_project, server.base)
        told = server.stats
    assert set(told["faults"]) == {"429", "stall"}
    assert told["served"] == dict.fromkeys(journal_ids(plain_project.artifacts), 1)
    assert data_files(plain_project.run_folder(said)) == undisturbed


def test_a_model_that_fails_now_and_then_loses_less_than_it_fails(
    plain_project: ProjectFolder,
) -> None:
    """Each draw asks with another seed, so that the model's own faults are mended too."""
    with running_stub(*(f"--fault={name}=0.05" for name in OWN)) as server:
        said = generate(plain_project, server.base)
    counts = said.json["counts"]
    assert counts["planned"] == sum(counts[name] for name in ("ok", "failed", "rejected"))
    assert said.code == (0 if counts["ok"] == counts["planned"] else 1)
    assert counts["ok"] >= 2


def test_the_exit_code_follows_the_threshold(plain_project: ProjectFolder) -> None:
    """Profile `lax` bears the loss of all, `bench` of none."""
    with running_stub("--fault", "500=1") as server:
        options = ("--lm", "impatient", "--api-base", server.base)
        lax = plain_project.kakoc(*FEW, *options, "--profile", "lax")
        strict = plain_project.kakoc(*FEW, *options)
    assert [said.json["counts"]["failed"] for said in (lax, strict)] == [3, 3]
    assert (lax.code, strict.code) == (0, 1)
    assert "100% of the conversations failed or were rejected" in strict.err


def test_a_server_that_dies_and_comes_back_costs_no_conversation(
    plain_project: ProjectFolder, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_SECONDS", 0.25)
    with running_stub("--latency", "0.1") as first:
        child = plain_project.start(*FEW, "--lm", "impatient", "--api-base", first.base)
        wait_until(lambda: first.calls >= 4)
        first.process.kill()
        first.process.wait()
    time.sleep(1)
    with running_stub("--port", first.port):
        out, errors = child.communicate(timeout=PATIENCE_SECONDS)
    said = Said(child.returncode, out, errors)
    assert said.code == 0, errors
    assert said.json["counts"]["ok"] == 3
    assert data_files(plain_project.run_folder(said)) == undisturbed


def test_a_server_that_stays_away_fails_the_run_and_the_same_command_mends_it(
    plain_project: ProjectFolder, undisturbed: dict[str, bytes]
) -> None:
    with running_stub() as server:
        server.process.kill()
        server.process.wait()
        said = generate(plain_project, server.base)
        assert (said.code, said.json["counts"]["failed"]) == (1, 3)
        rows = failures(plain_project.run_folder(said))
        assert {row["reason"] for row in rows} == {"the connection failed (ClientConnectorError)"}
        with running_stub("--port", server.port):
            again = generate(plain_project, server.base)
    assert again.code == 0
    assert plain_project.run_folder(again) == plain_project.run_folder(said)
    assert data_files(plain_project.run_folder(again)) == undisturbed
