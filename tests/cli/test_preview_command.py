"""`kakoc preview`: its calls are those that a run makes, its turn is the one that is sent."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from project_kit import ProjectFolder, StubServer
from source_kit import STARTER

from kakoc.ir import Ir, Price, fingerprint

MODELS = "spec/models.yaml"
FEW = ("--profile", "bench", "--personas", "2", "--turns", "3")
JUDGE = """
  - name: opinion
    use: modules.judges:LMJudge
    model: local-server
    rubric: The reply names what the person feels.
"""

WATCHED = """
import json, os, sys
opened, connected = [], []
cache = os.environ["KAKOC_CACHE"]

def watch(event, arguments):
    if event == "open" and str(arguments[0]).startswith(cache):
        opened.append(str(arguments[0]))
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        connected.append(repr(arguments))

sys.addaudithook(watch)
from kakoc.cli import run
code = run(sys.argv[1:])
heavy = {"torch", "sentence_transformers", "xllamacpp", "litellm", "mlflow"} & set(sys.modules)
told = {"code": code, "opened": opened, "connected": connected, "heavy": sorted(heavy)}
print(json.dumps(told), file=sys.stderr)
"""


def by_role(artifacts: Path) -> dict[str, int]:
    """Calls in the journal."""
    return Counter(role for role, *_ in journal(artifacts))


def journal(artifacts: Path) -> list[tuple[str, str, int, str, bytes, int]]:
    place = artifacts / "journal" / "journal.sqlite"
    with contextlib.closing(sqlite3.connect(place)) as database:
        return database.execute(
            "SELECT role, persona, turn, variant, request, prompt FROM calls"
        ).fetchall()


def costs(found: Any) -> dict[str, dict[str, Any]]:
    return {one["role"]: one for one in found["costs"]}


def add_judge(project: ProjectFolder) -> None:
    """One that asks the model `local-server`."""
    judges = (project.root / "spec" / "judges.yaml").read_text(encoding="utf-8")
    project.lay({"spec/judges.yaml": judges + JUDGE})
    # `bench` leaves judging to a later command; here the judges are to speak during the run.
    project.edit("spec/profiles.yaml", "    judges: false\n", "")


def starter(root: Path) -> Path:
    return Path(shutil.copytree(STARTER, root / "starter"))


def test_a_run_makes_the_calls_that_were_told(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    told = costs(built_project.kakoc("preview", *stub.lm, *FEW, "--json").json)
    before = stub.calls
    said = built_project.kakoc("generate", *stub.lm, *FEW, "--json")
    assert said.code == 0, said.err
    assert stub.calls - before == sum(one["calls"] for one in told.values())
    assert {role: one["calls"] for role, one in told.items()} == by_role(built_project.artifacts)
    # The stub counts as the estimate does, and its answers are shorter than they might be.
    used = Counter[str]()
    for role, *_, prompt in journal(built_project.artifacts):
        used[role] += prompt
    assert all(used[role] <= one["prompt"] * 1.05 for role, one in told.items())
    assert all(one["prompt"] < 2 * used[role] for role, one in told.items())


@pytest.mark.slow
def test_calls_of_a_look_ahead_of_more_draws_and_of_judges_are_told_too(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    built_project.edit(
        "spec/profiles.yaml", "    continuation: 0.5\n", "    continuation: 0.5\n    best_of: 2\n"
    )
    built_project.edit(MODELS, "http://127.0.0.1:8000/v1", stub.base)
    add_judge(built_project)
    told = costs(built_project.kakoc("preview", *stub.lm, *FEW, "--lookahead", "--json").json)
    assert {role: one["calls"] for role, one in told.items()} == {
        "persona": 2,
        "seeker": 2 * (1 + 3 * 3),
        "supporter": 2 * 3 * 3 * 2,
        # Three samples of each reply; what is judged again is in the journal by then.
        "judges": 2 * 3 * 3 * 2 * 3,
    }
    before = stub.calls
    said = built_project.kakoc("generate", *stub.lm, *FEW, "--lookahead", "--json")
    assert said.code == 0, said.err
    assert stub.calls - before == sum(one["calls"] for one in told.values())


def test_the_turn_is_the_one_that_is_sent(built_project: ProjectFolder, stub: StubServer) -> None:
    turn = built_project.kakoc("preview", *stub.lm, *FEW, "--json").json["turn"]
    built_project.kakoc("generate", *stub.lm, *FEW)
    sent = {
        (role, variant): texts(json.loads(zlib.decompress(request)))
        for role, persona, index, variant, request, _ in journal(built_project.artifacts)
        if (persona, index) == ("seeker_001", 1)
    }
    assert [(one["role"], one["care"]) for one in turn] == [
        ("seeker", None),
        *(("supporter", care) for care in (0.2, 0.5, 0.8)),
    ]
    for one in turn:
        variant = "" if one["care"] is None else f"{one['care']:g}/0"
        shown = [message["content"] for message in one["messages"]]
        real = sent[one["role"], variant]
        assert len(shown) == len(real)
        assert [fits(text, other) for text, other in zip(shown, real, strict=True)] == [True] * len(
            real
        )
    assert "<what the model writes: summary>" in turn[0]["messages"][0]["content"]
    assert turn[1]["messages"][-1]["content"].startswith("<what the Seeker says>\n")


def texts(request: dict[str, Any]) -> list[str]:
    said = [part["text"] for message in request["messages"] for part in message["parts"]]
    return [request["system"], *said]


def fits(shown: str, sent: str) -> bool:
    """Equal but for the places where words of a model are named."""
    parts = re.split(r"<what the (?:Seeker says|model writes: \w+)>", shown)
    pattern = ".+?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, sent, re.DOTALL) is not None


def test_it_loads_no_model_and_turns_to_nobody(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    environment = {**os.environ, "KAKOC_CACHE": str(cache)}
    said = subprocess.run(
        [sys.executable, "-P", "-c", WATCHED, "preview", "--profile", "full", "--turns", "2"],
        cwd=starter(tmp_path),
        env=environment,
        capture_output=True,
        text=True,
    )
    told = json.loads(said.stderr.splitlines()[-1])
    assert told == {"code": 0, "opened": [], "connected": [], "heavy": []}, said.stderr
    assert not cache.exists()
    assert "profile full: 69 people x 2 turns, look-ahead" in said.stdout
    assert not (tmp_path / "starter" / "artifacts" / "build").exists()


@pytest.fixture
def own(tmp_path: Path, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    """The starter, in which nothing is built."""
    root = starter(tmp_path)
    monkeypatch.chdir(root)
    return ProjectFolder(root, project.capture)


def test_without_a_price_there_is_no_cost(own: ProjectFolder) -> None:
    said = own.kakoc("preview", *FEW)
    assert said.code == 0, said.err
    table = {words[0]: words for line in said.out.splitlines() if (words := line.split())}
    assert table["supporter"][1:3] == ["smollm2", "18"]
    assert table["supporter"][-1] == table["all"][-1] == "-"
    assert "calls: exact but for what is drawn again" in said.out
    assert "=== seeker_001, turn 1: what the supporter is sent, care level 0.8" in said.out


def test_a_price_is_of_a_million_tokens(own: ProjectFolder) -> None:
    own.edit(MODELS, "    concurrency: 64\n", "    price: {prompt: 2, completion: 6.5}\n")
    asked = ("preview", *FEW, "--lm", "supporter=local-server")
    found = costs(own.kakoc(*asked, "--json").json)
    tokens = found["supporter"]["prompt"], found["supporter"]["completion"]
    assert found["supporter"]["cost"] == pytest.approx((2 * tokens[0] + 6.5 * tokens[1]) / 1e6)
    assert found["seeker"]["cost"] is None
    # A sum without the Seeker's share would be no sum.
    (total,) = [line for line in own.kakoc(*asked).out.splitlines() if line.startswith("all ")]
    assert total.endswith(" -")


def test_a_price_below_zero_is_a_fault(own: ProjectFolder) -> None:
    own.edit(MODELS, "    concurrency: 64\n", "    price: {prompt: -2, completion: 1}\n")
    said = own.kakoc("preview")
    assert said.code == 1
    assert f"{MODELS}:{own.line_of(MODELS, 'price:')}:" in said.err + said.out


def test_a_price_changes_no_identity(ir: Ir) -> None:
    first, *others = ir.models.models
    priced = first.model_copy(update={"price": Price(prompt=1.0, completion=2.0)})
    models = ir.models.model_copy(update={"models": (priced, *others)})
    assert fingerprint(ir.model_copy(update={"models": models})) == fingerprint(ir)


def test_judges_that_ask_a_model_have_a_line(own: ProjectFolder) -> None:
    add_judge(own)
    said = own.kakoc("preview", *FEW, "--json")
    assert said.code == 0, said.err
    asked = costs(said.json)["judges"]
    assert (asked["calls"], asked["model"]) == (2 * 3 * 3 * 3, "local-server")
    assert asked["completion"] == 40 * asked["calls"]


def test_more_people_make_a_better_guess_and_the_same_calls(own: ProjectFolder) -> None:
    one = costs(own.kakoc("preview", *FEW, "--json").json)
    two = own.kakoc("preview", "-n", "5", *FEW, "--json").json
    assert two["rehearsed"] == 2
    assert {role: cost["calls"] for role, cost in costs(two).items()} == {
        role: cost["calls"] for role, cost in one.items()
    }
    assert costs(two)["seeker"]["prompt"] != one["seeker"]["prompt"]


def test_an_early_end_is_told_of(own: ProjectFolder) -> None:
    said = own.kakoc("preview", "--profile", "full", "--personas", "1")
    assert "may end one from turn 10 on" in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--profile", "none"), "no profile 'none'"), (("--lm", "nobody"), "no model 'nobody'")],
)
def test_what_is_not_known_is_the_users_fault(
    own: ProjectFolder, arguments: tuple[str, ...], message: str
) -> None:
    said = own.kakoc("preview", *arguments)
    assert (said.code, said.out) == (1, "")
    assert message in said.err
