"""`kakoc optimize` and `kakoc promote`, on a stub server: whole, killed, and gone on with."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_kit import ProjectFolder, StubServer, running_stub, wait_until

SEARCH = ("optimize", "supporter", "--recipe", "bootstrap", "--budget", "40", "--json")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Where the artifacts of a run of nine people are kept, once a test has made it."""
    yield {"kept": tmp_path_factory.mktemp("talked") / "artifacts"}


@pytest.fixture
def spoken(
    built_project: ProjectFolder, stub: StubServer, talked: dict[str, Path]
) -> ProjectFolder:
    """A project with a run of nine people of nine cities."""
    kept = talked["kept"]
    if not kept.exists():
        run = ("generate", "--personas", "9", "--turns", "2", "--quiet", *stub.lm)
        said = built_project.kakoc(*run)
        assert said.code == 0, said.err
        shutil.copytree(built_project.artifacts, kept)
    else:
        shutil.rmtree(built_project.artifacts)
        shutil.copytree(kept, built_project.artifacts)
    return built_project


def test_a_search_ends_with_a_table_and_keeps_all_it_tried(
    spoken: ProjectFolder, stub: StubServer
) -> None:
    said = spoken.kakoc(*SEARCH, *stub.lm)
    assert said.code == 0, said.err
    manifest = said.json
    folder = spoken.run_folder(said)
    kept = sorted(path.name for path in (folder / "candidates").glob("*.json"))
    assert kept == [f"{int(number):03d}.json" for number in manifest["candidates"]]
    assert json.loads((folder / "manifest.json").read_text()) == json.loads(json.dumps(manifest))
    assert manifest["search"]["calls"] <= 40 + 24
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    names = [event["event"] for event in events]
    assert names[0] == "start"
    assert names.count("candidate") == len(kept)
    assert "kakoc promote` will ask for --force" in said.err
    assert manifest["refusals"]
    # `latest` goes on to mean conversations, and the list of runs holds the search as well.
    assert spoken.kakoc("report", "latest").code in (0, 1)
    listed = [row["id"] for row in spoken.kakoc("runs", "--json").json]
    assert manifest["run"] in listed
    assert spoken.kakoc("runs", "show", manifest["run"]).code == 0


def test_the_same_command_asks_nothing_twice(spoken: ProjectFolder, stub: StubServer) -> None:
    first = spoken.kakoc(*SEARCH, *stub.lm).json
    before = stub.calls
    again = spoken.kakoc(*SEARCH, *stub.lm).json
    assert stub.calls == before
    assert again["calls"]["made"] == 0
    for name in ("candidates", "best", "effect", "held_out_looks", "run"):
        assert again[name] == first[name]


def test_a_killed_search_goes_on_where_it_was(spoken: ProjectFolder) -> None:
    with running_stub("--latency", "0.1") as slow:
        process = spoken.start(*SEARCH, "--quiet", *slow.lm)
        candidates = spoken.artifacts / "runs"
        wait_until(lambda: len(list(candidates.glob("optimize-*/candidates/*.json"))) >= 2)
        process.kill()
        process.communicate()
        paid = paid_ids(spoken.artifacts, slow.base)
        served = dict(slow.stats["served"])
        said = spoken.kakoc(*SEARCH, "--quiet", *slow.lm)
        assert said.code == 0, said.err
        asked_again = {i for i, n in slow.stats["served"].items() if n > served.get(i, 0)}
    assert len(paid) > 12  # the dev cases with the prompt as it was, and more
    assert not paid & asked_again
    folder = spoken.run_folder(said)
    assert len(list((folder / "candidates").glob("*.json"))) == len(said.json["candidates"])


def test_what_cannot_be_is_said(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("optimize", "supporter", "--recipe", "gpa")
    assert said.code == 1
    assert "did you mean gepa?" in said.err
    said = built_project.kakoc("optimize", "supporter", "--recipe", "gepa")
    assert said.code == 1
    assert "no run has conversations" in said.err
    assert built_project.kakoc("promote").code == 1
    assert built_project.kakoc("promote", "latest").code == 1


def paid_ids(artifacts: Path, base: str) -> set[str]:
    """The stub's ids of the replies that the journal has of one server."""
    query = "SELECT response FROM calls WHERE identity LIKE ?"
    with contextlib.closing(sqlite3.connect(artifacts / "journal" / "journal.sqlite")) as database:
        rows = database.execute(query, (f"%api_base={base}%",)).fetchall()
    return {json.loads(response)["id"] for (response,) in rows}


def test_a_ctrl_c_ends_the_search_and_measures_the_best_so_far(spoken: ProjectFolder) -> None:
    with running_stub("--latency", "0.05") as slow:
        search = ("optimize", "supporter", "--recipe", "template", "--rollout", "0", "--quiet")
        process = spoken.start(*search, "--budget", "4000", *slow.lm)
        runs = spoken.artifacts / "runs"
        wait_until(lambda: len(list(runs.glob("optimize-*/candidates/*.json"))) >= 3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    (manifest,) = runs.glob("optimize-*/manifest.json")
    found = json.loads(manifest.read_text())
    assert found["search"]["ended"] == "interrupted"
    assert str(found["best"]) in found["candidates"]
    assert "interrupted" in out
