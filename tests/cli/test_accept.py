"""`kakoc generate --accept N`: over the plan until N conversations are ok; the same ones always."""

from __future__ import annotations

import json
import re
import shlex

from project_kit import ProjectFolder, StubServer, data_files, running_stub

BENCH = ("--profile", "bench", "--turns", "2", "--json")
"""Nothing is drawn again, so that a bad reply costs a message or a whole conversation."""
BAD = ("--fault", "not-json=0.4")
MANY = ("--accept", "6", "--personas", "60")
"""Of so many rows, most of which are lost, six are ok and a few before them are not."""


def generate(project: ProjectFolder, server: StubServer, *asked: str) -> tuple[int, str, str]:
    said = project.kakoc("generate", *server.lm, *BENCH, *asked)
    return said.code, said.out, said.err


def test_it_goes_on_until_enough_are_ok(built_project: ProjectFolder) -> None:
    with running_stub(*BAD) as server:
        code, out, err = generate(built_project, server, *MANY)
        assert code == 0, err
        manifest = json.loads(out)
        counts = manifest["counts"]
        assert counts["ok"] == 6 == manifest["accept"]
        assert counts["planned"] == counts["ok"] + counts["failed"] + counts["rejected"] > 6
        folder = built_project.artifacts / "runs" / manifest["run"]
        kept = data_files(folder)
        assert built_project.kakoc("replay").out.endswith("the same, byte for byte\n")
        code, out, _ = generate(built_project, server, *MANY)
        assert (code, json.loads(out)["calls"]["made"]) == (0, 0)
        assert data_files(folder) == kept
    shown = built_project.kakoc("runs", "show", "latest", "--json").json
    assert shown["accept"] == 6
    assert shown["conversations"] == counts
    assert shown["personas"]["planned"] == counts["planned"]


def test_the_rows_are_the_beginning_of_the_plan_whoever_is_first(
    built_project: ProjectFolder,
) -> None:
    """One conversation at a time and many at once, each on a server with no memory."""
    found = []
    for number, lanes in enumerate(("1", "50")):
        with running_stub(*BAD, "--lanes", lanes, "--latency", "0.005") as server:
            artifacts = built_project.root / f"of_{number}"
            asked = (*MANY, "-o", str(artifacts))
            code, out, err = generate(built_project, server, *asked)
            assert code == 0, err
            found.append(data_files(artifacts / "runs" / json.loads(out)["run"]))
    assert found[0] == found[1]
    rows = [json.loads(line) for line in found[0]["conversations.jsonl"].splitlines()]
    lost = [json.loads(line) for line in found[0]["failures.jsonl"].splitlines()]
    begun = {row["persona"] for row in rows} | {
        row["persona"] for row in lost if row["stage"] == "persona"
    }
    assert begun == {f"seeker_{number:03d}" for number in range(1, len(begun) + 1)}
    assert rows[-1]["status"] == "ok"


def test_a_plan_that_yields_too_few_ends_at_its_bound(built_project: ProjectFolder) -> None:
    with running_stub("--fault", "not-json=1") as server:
        code, out, err = generate(built_project, server, "--accept", "2", "--personas", "1")
        assert code == 1
        assert json.loads(out)["counts"] == {"planned": 8, "ok": 0, "failed": 0, "rejected": 8}
        assert "only 0 of 2 conversations are ok after 8 rows of the plan" in err
        code, out, err = generate(built_project, server, "--accept", "2", "--personas", "10")
        assert (code, json.loads(out)["counts"]["planned"]) == (1, 10)


def test_a_spent_budget_tells_how_many_are_accepted_and_the_command_goes_on(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    asked = ("generate", *stub.lm, "--profile", "bench", "--turns", "2", "--accept", "3")
    stopped = built_project.kakoc(*asked, "--max-calls", "20")
    assert stopped.code == 3
    assert re.search(r"\d of 3 conversations are accepted, \d are finished", stopped.err)
    (line,) = re.findall(r"^ *kakoc (generate .*)$", stopped.err, re.MULTILINE)
    assert "--accept 3" in line
    (row,) = built_project.kakoc("runs", "--json").json
    assert row["conversations"]["planned"] is None
    done = built_project.kakoc(*shlex.split(line.replace("--max-calls 20", "")), "--json")
    assert done.code == 0
    assert done.json["run"] == row["id"]
    assert done.json["counts"] == {"planned": 3, "ok": 3, "failed": 0, "rejected": 0}
    assert done.json["calls"]["from_journal"] == 20


def test_a_cluster_is_no_place_for_it(built_project: ProjectFolder, stub: StubServer) -> None:
    said = built_project.kakoc("generate", *stub.lm, "--accept", "2", "--engine", "ray")
    assert said.code == 1
    assert "--accept goes over the plan on one machine" in said.err
