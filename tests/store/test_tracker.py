"""Stages in MLflow, on a real SQLite file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from kakoc.errors import StoreError
from kakoc.ports import DataSet, Point, PromptText, Step, Trace, Tracked
from kakoc.store.mlflow import MlflowTracker

PROMPT = PromptText([{"role": "system", "content": "You stay."}], "d1", "quick-1")
CHILD = Tracked("quick-1/c1", "candidate 1", {}, [Point("dev/score", 0.5)], {}, 5.0, 5.0)
STAGE = Tracked(
    key="quick-1",
    name="quick-1",
    params={"seed": "1", "long": "x" * 7000, **{f"p{i}": "v" for i in range(150)}},
    points=[Point("pairs/pairs", 12.0), *(Point("grows", i / 2, i, i) for i in range(1, 1500))],
    tags={"kakoc.stage": "generate"},
    begun=1000.0,
    ended=2000.0,
    inputs=[DataSet("spec", "abc", "spec", "spec")],
    files={"manifest.json": b"{}", "tables/scores.json": b'{"columns": ["n"], "data": [[1]]}'},
    children=[CHILD],
    traces=[Trace("talk 1", {}, {"turns": 1}, 9.0, [Step("turn 1", {"seeker": "Hi"}, {}, 11.0)])],
)


@pytest.fixture
def artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for MLflow, while the working folder is an empty one."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "cwd").mkdir()
    (tmp_path / "artifacts of a run").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path / "artifacts of a run"


def test_a_stage_is_written_once_and_read_back(artifacts: Path) -> None:
    tracker = MlflowTracker(artifacts, "kakoverse")
    assert tracker.find("quick-1") is None
    build = tracker.write(Tracked("build-1", "build 1", {}, [], {}, 1.0, 2.0))
    first = tracker.write(STAGE, build)
    more = replace(STAGE, params={**STAGE.params, "seed": "2"}, points=[Point("seconds", 2.0)])
    # What MLflow lets nobody change is left as it is.
    assert [tracker.write(STAGE, build), tracker.write(more, build)] == [first, first]
    assert tracker.find("quick-1") == first

    client = client_of(tracker)
    experiment = client.get_experiment_by_name("kakoverse")
    runs = {run.info.run_id: run for run in client.search_runs([experiment.experiment_id])}
    assert len(runs) == 3
    run = runs[first]
    assert (run.info.run_name, run.info.status) == ("quick-1", "FINISHED")
    assert (run.info.start_time, run.info.end_time) == (1_000_000, 2_000_000)
    assert run.data.params == {**STAGE.params, "long": "x" * 6000}
    assert run.data.metrics == {"pairs/pairs": 12.0, "grows": 749.5, "seconds": 2.0}
    history = client.get_metric_history(first, "grows")
    steps = [(m.step, m.value, m.timestamp) for m in history]
    assert sorted(steps) == [(i, i / 2, i * 1000) for i in range(1, 1500)]
    assert run.data.tags["kakoc.parent"] == build
    (dataset,) = run.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("spec", "abc")
    assert Path(client.download_artifacts(first, "manifest.json")).read_text() == "{}"
    (child,) = (r for r in runs.values() if r.data.tags.get("mlflow.parentRunId") == first)
    assert child.data.metrics == {"dev/score": 0.5}
    (trace,) = client.search_traces(locations=[experiment.experiment_id], run_id=first)
    assert [span.name for span in trace.data.spans] == ["talk 1", "turn 1"]
    assert trace.data.spans[1].inputs == {"seeker": "Hi"}

    place = Path(unquote(urlsplit(run.info.artifact_uri).path))
    assert place.is_relative_to(artifacts / "mlflow")
    assert sorted(path.name for path in artifacts.iterdir()) == ["mlflow", "mlflow.db"]
    assert os.listdir() == []
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_a_prompt_is_registered_once_and_one_of_them_is_champion(artifacts: Path) -> None:
    tracker = MlflowTracker(artifacts, "kakoverse")
    run = tracker.write(replace(STAGE, traces=(), children=()))
    other = replace(PROMPT, messages=[{"role": "system", "content": "You wait."}], digest="d2")
    for prompt, version in ((PROMPT, 1), (PROMPT, 1), (other, 2), (PROMPT, 1)):
        tracker.champion("kakoverse.supporter", prompt)
        client = client_of(tracker)
        held = client.get_prompt_version_by_alias("kakoverse.supporter", "champion")
        assert int(held.version) == version
        assert list(held.template) == list(prompt.messages)
    assert client.get_run(run).data.tags["kakoc.promoted"] == "kakoverse.supporter/1"
    tracker.champion("kakoverse.supporter", None)
    tracker.champion("kakoverse.seeker", None)
    with pytest.raises(Exception, match="champion"):
        client.get_prompt_version_by_alias("kakoverse.supporter", "champion")


def client_of(tracker: MlflowTracker) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=tracker.uri)


def test_a_tracker_that_cannot_be_reached_is_an_error_of_its_own(artifacts: Path) -> None:
    (artifacts / "mlflow.db").write_text("no database " * 100)
    tracker = MlflowTracker(artifacts, "kakoverse")
    with pytest.raises(StoreError, match="MLflow") as caught:
        tracker.open()
    assert "the stage is kept" in caught.value.hint


def test_the_environment_may_name_another_tracker(
    artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MlflowTracker(artifacts, "e").uri == f"sqlite:///{artifacts}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    assert MlflowTracker(artifacts, "e").uri == "http://127.0.0.1:1"
