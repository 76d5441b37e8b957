"""What every stage leaves in MLflow, made by the real commands and read back through its client."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from project_kit import ProjectFolder, StubServer, copy_project, wait_until
from test_promote_command import lay_search

from kakoc.store.outbox import Outbox

PEOPLE = ("--personas", "9", "--turns", "2", "--quiet")
SEARCH = ("optimize", "supporter", "--recipe", "bootstrap", "--budget", "40", "--quiet", "--json")
CHAT = {"context": [{"role": "seeker", "content": "Real words."}], "response": "I hear you."}

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stages:
    """A project in which every stage was made and tracked."""

    project: ProjectFolder
    experiment: str
    client: Any
    runs: list[Any]

    def of(self, stage: str, **tags: str) -> Any:
        wanted = {"kakoc.stage": stage, **tags}
        (run,) = (run for run in self.runs if wanted.items() <= run.data.tags.items())
        return run

    def artifacts(self, run: Any, folder: str | None = None) -> set[str]:
        return {file.path for file in self.client.list_artifacts(run.info.run_id, folder)}

    def read(self, run: Any, path: str) -> str:
        return Path(self.client.download_artifacts(run.info.run_id, path)).read_text("utf-8")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the project of all stages lies, once a test has made it."""
    yield tmp_path_factory.mktemp("stages") / "project"


@pytest.fixture
def tracked(kept: Path, built: Path, stub: StubServer, monkeypatch: Any, capfd: Any) -> Stages:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("KAKOC_TRACKING", "wait")
    project = ProjectFolder(kept, capfd)
    if not kept.exists():
        copy_project(kept)
        shutil.copytree(built, project.artifacts)
        monkeypatch.chdir(kept)
        make_all(project, stub)
    monkeypatch.chdir(kept)
    return stages_of(project)


def make_all(project: ProjectFolder, stub: StubServer) -> None:
    monkey = pytest.MonkeyPatch()
    monkey.setenv("KAKOC_TRACKING", "off")
    assert project.kakoc("generate", *PEOPLE, *stub.lm).code == 0
    assert project.kakoc("judge", "--run", "latest", "--quiet").code == 0
    monkey.undo()
    source = next((project.artifacts / "runs").glob("quick-*")).name
    # Of what these two go on from MLflow knows nothing yet.
    said = project.kakoc("pairs", source, "--force")
    assert said.err.splitlines()[-1] == "tracking: in MLflow"
    (project.root / "chats.jsonl").write_text(json.dumps(CHAT) + "\n")
    monkey.setenv("KAKOC_TRACKING", "off")
    assert project.kakoc(*SEARCH, *stub.lm, "--run", source).code == 0
    monkey.undo()
    judged = project.kakoc("judge", "--run", source)
    assert judged.code == 0, judged.err
    assert project.kakoc("judge", "chats.jsonl", "-o", "out.jsonl").code == 0
    found = project.kakoc(*SEARCH, *stub.lm, "--run", source)
    assert found.code == 0, found.err
    assert project.kakoc(*SEARCH, *stub.lm, "--run", source).code == 0


def stages_of(project: ProjectFolder) -> Stages:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{project.artifacts / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(project.root.name).experiment_id
    return Stages(project, experiment, client, list(client.search_runs([experiment])))


def test_pairs_lead_back_to_their_build(tracked: Stages) -> None:
    pairs, talks, build = (tracked.of(name) for name in ("pairs", "generate", "build"))
    assert pairs.data.tags["kakoc.parent"] == talks.info.run_id
    assert talks.data.tags["kakoc.parent"] == build.info.run_id
    assert tracked.of("optimize").data.tags["kakoc.parent"] == talks.info.run_id
    judged = [run for run in tracked.runs if run.data.params.get("judged_from")]
    assert [run.data.tags["kakoc.parent"] for run in judged] == [talks.info.run_id]
    assert all(run.info.status == "FINISHED" for run in tracked.runs)
    assert not Outbox(tracked.project.artifacts).letters()


def test_parameters_say_what_was_asked_and_of_which_build(tracked: Stages) -> None:
    manifest = json.loads(manifest_of(tracked, "build").read_text())
    found = tracked.of("optimize").data.params
    assert found["spec"] == manifest["spec"]
    assert (found["recipe"], found["budget"], found["seed"]) == ("bootstrap", "40", "1")
    for run in (tracked.of("generate"), tracked.of("optimize")):
        assert {"build", "spec", "role.seeker", "role.supporter"} <= run.data.params.keys()
        assert "http/stub" in run.data.params["model.supporter"]
    assert tracked.of("build").data.params["dspy"]


def test_metrics_have_steps(tracked: Stages) -> None:
    talks, search = tracked.of("generate"), tracked.of("optimize")
    for name in ("conversations", "reward", "best_reward", "calls", "tokens"):
        assert [step for step, _ in history(tracked, talks, f"progress/{name}")][-1] == 9
    manifest = json.loads(manifest_of(tracked, "optimize").read_text())
    scores = {int(number): score for number, score in manifest["candidates"].items()}
    assert dict(history(tracked, search, "dev/score")) == scores
    best = history(tracked, search, "dev/best_score")
    assert [value for _, value in best] == sorted(value for _, value in best)
    steps = sorted(scores)
    for name in ("dev/judge/empathy", "spent/calls", "spent/tokens"):
        assert [step for step, _ in history(tracked, search, name)] == steps
    low, value, high = (talks.data.metrics[f"score/empathy{end}"] for end in ("/low", "", "/high"))
    assert low <= value <= high
    assert talks.data.metrics["calls/made"] > 0


def test_inputs_have_the_digests_of_what_was_read(tracked: Stages) -> None:
    made = tracked.of("generate").data.tags["kakoc.made.conversations"]
    for name in ("pairs", "optimize"):
        assert inputs(tracked.of(name))["conversations"] == made
    judged = next(run for run in tracked.runs if run.data.params.get("judged_from"))
    assert inputs(judged)["conversations"] == made
    assert {"train cases", "dev cases", "held-out cases"} <= inputs(tracked.of("optimize")).keys()
    spec = inputs(tracked.of("build"))["spec"]
    assert inputs(tracked.of("generate")) == {"spec": spec}


def test_prompts_diffs_and_tables_are_artifacts(tracked: Stages) -> None:
    search = tracked.of("optimize")
    number = len(json.loads(manifest_of(tracked, "optimize").read_text())["candidates"])
    names = [f"{i:03d}" for i in range(number)]
    assert number > 1
    assert tracked.artifacts(search, "prompts") == {f"prompts/{name}.json" for name in names}
    assert tracked.artifacts(search, "diffs") == {f"diffs/{name}.diff" for name in names[1:]}
    diff = tracked.read(search, "diffs/001.diff")
    assert diff.startswith("--- candidate 0\n+++ candidate 1\n")
    assert any(line.startswith(("+demo: ", "-demo: ")) for line in diff.splitlines())
    table = json.loads(tracked.read(search, "tables/candidates.json"))
    assert len(table["data"]) == number
    assert "tables/pairs.json" in tracked.artifacts(tracked.of("pairs"), "tables")
    assert "prompts/seeker.txt" in tracked.artifacts(tracked.of("build"), "prompts")
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{tracked.project.artifacts / 'mlflow.db'}")
    mlflow.set_experiment(experiment_id=tracked.experiment)
    shown = mlflow.load_table("tables/scores.json", run_ids=[tracked.of("generate").info.run_id])
    assert set(shown.columns) >= {"care", "judge", "mean", "n"}


def test_each_candidate_is_a_child(tracked: Stages) -> None:
    search = tracked.of("optimize")
    nested = [
        run for run in tracked.runs if run.data.tags.get("mlflow.parentRunId") == search.info.run_id
    ]
    manifest = json.loads(manifest_of(tracked, "optimize").read_text())
    scores = {run.data.params["candidate"]: run.data.metrics["dev/score"] for run in nested}
    assert scores == manifest["candidates"]
    assert all("prompt.json" in tracked.artifacts(run) for run in nested)


def test_few_conversations_are_traces_and_no_thought_is_anywhere(tracked: Stages) -> None:
    talks = tracked.of("generate")
    traces = tracked.client.search_traces(locations=[tracked.experiment], run_id=talks.info.run_id)
    assert len(traces) == 3
    assert len(tracked.client.search_traces(locations=[tracked.experiment])) == 3
    stored = conversations(tracked)
    for trace in traces:
        root, *turns = trace.data.spans
        heard = [span.inputs["seeker"] for span in turns]
        assert heard == [turn["seeker"]["message"] for turn in stored[root.name]["turns"]]
        assert all(span.outputs["rewards"] for span in turns)
    turns = [turn for talk in stored.values() for turn in talk["turns"]]
    said = " ".join(
        [t["seeker"]["message"] for t in turns] + [v["text"] for t in turns for v in t["variants"]]
    )
    # The stub has few sentences: some are thought by one and said by another.
    thoughts = [t["seeker"]["thought"] for t in turns if t["seeker"]["thought"] not in said]
    held = [path for path in (tracked.project.artifacts / "mlflow").rglob("*") if path.is_file()]
    for path in (*held, tracked.project.artifacts / "mlflow.db"):
        text = path.read_text("utf-8", errors="ignore")
        # A sheet shows what the spec's own demos think, which is nobody's secret.
        assert path.suffix == ".txt" or '"thought"' not in text
        assert not [thought for thought in thoughts if thought in text]
    assert thoughts


def test_of_a_judged_file_only_numbers_are_told(tracked: Stages) -> None:
    (judged,) = (
        run for run in tracked.runs if run.data.tags["kakoc.run"].startswith("judged-file-")
    )
    assert judged.data.metrics["rows/scored"] == 1
    assert 0 <= judged.data.metrics["score/empathy/mean"] <= 1
    assert not tracked.artifacts(judged)
    told = json.dumps([judged.to_dictionary(), str(judged.inputs.dataset_inputs)])
    assert "Real words" not in told
    assert "chats.jsonl" not in told


def test_two_runs_are_compared(tracked: Stages) -> None:
    names = [
        json.loads(manifest_of(tracked, s).read_text())["run"] for s in ("generate", "optimize")
    ]
    found = tracked.project.kakoc("runs", "compare", *names, "--json").json
    assert (found["a"], found["b"]) == tuple(names)
    assert found["parameters"]["recipe"] == [None, "bootstrap"]
    assert "build" not in found["parameters"]
    told, _ = found["metrics"]["score/empathy"]
    assert told["low"] <= told["value"] <= told["high"]
    assert found["roles"] == ["supporter"]
    text = tracked.project.kakoc("runs", "compare", *names)
    assert text.code == 0
    assert "Parameters that differ" in text.out
    same = tracked.project.kakoc("runs", "compare", names[0], names[0])
    assert "no parameter differs" in same.out
    assert "the same prompts of persona, seeker, supporter" in same.out
    assert tracked.project.kakoc("runs", "compare", names[0], "nothing").code == 1


def test_what_cannot_be_sent_is_sent_later(
    tracked: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, outbox = tracked.project, Outbox(tracked.project.artifacts)
    run = json.loads(manifest_of(tracked, "generate").read_text())["run"]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    matched = project.kakoc("pairs", run, "--length-matched", "--force")
    assert matched.code == 0
    assert "not in MLflow yet" in matched.err
    (letter,) = outbox.letters()
    assert "127.0.0.1" in letter.error
    monkeypatch.delenv("KAKOC_TRACKING")
    again = project.kakoc("pairs", run, "--length-matched", "--force")
    assert "in the background, with 1 kept from before (MLflow: " in again.err
    monkeypatch.setenv("KAKOC_TRACKING", "wait")
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    said = project.kakoc("judge", "chats.jsonl", "-o", "out.jsonl")
    assert said.err.splitlines()[-1] == "tracking: in MLflow, with 1 kept from before"
    assert not outbox.letters()
    found = [r for r in stages_of(project).runs if r.data.tags["kakoc.stage"] == "pairs"]
    assert sorted(r.data.params["length_matched"] for r in found) == ["False", "True"]


def test_nobody_waits_unless_asked_to(tracked: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAKOC_TRACKING")
    said = tracked.project.kakoc("judge", "chats.jsonl", "-o", "out.jsonl")
    assert said.err.splitlines()[-1] == "tracking: going to MLflow in the background"
    outbox = Outbox(tracked.project.artifacts)
    assert outbox.letters()
    wait_until(lambda: not outbox.letters())


def test_what_is_promoted_is_the_champion(
    built_project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_search(built_project)
    monkeypatch.setenv("KAKOC_TRACKING", "wait")
    assert built_project.kakoc("promote", "latest").code == 0
    name = f"{built_project.root.name}.supporter"
    client = client_of(built_project)
    held = client.get_prompt_version_by_alias(name, "champion")
    assert held.template[0]["content"].startswith("You stay, and you speak plainly.")
    assert [message["role"] for message in held.template] == ["system", "user", "assistant"]
    assert built_project.kakoc("promote", "--undo", "supporter").code == 0
    with pytest.raises(Exception, match="champion"):
        client.get_prompt_version_by_alias(name, "champion")


def client_of(project: ProjectFolder) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=f"sqlite:///{project.artifacts / 'mlflow.db'}")


def manifest_of(tracked: Stages, stage: str) -> Path:
    pattern = {"build": "build/*", "generate": "runs/quick-*", "optimize": "runs/optimize-*"}[stage]
    (path,) = tracked.project.artifacts.glob(f"{pattern}/manifest.json")
    return path


def conversations(tracked: Stages) -> dict[str, Any]:
    path = manifest_of(tracked, "generate").with_name("conversations.jsonl")
    return {row["id"]: row for row in map(json.loads, path.read_text().splitlines())}


def history(tracked: Stages, run: Any, name: str) -> list[tuple[int, float]]:
    points = tracked.client.get_metric_history(run.info.run_id, name)
    return sorted((point.step, point.value) for point in points)


def inputs(run: Any) -> dict[str, str]:
    return {held.dataset.name: held.dataset.digest for held in run.inputs.dataset_inputs}
