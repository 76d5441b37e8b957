"""Runs in MLflow, on a real SQLite file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kakoc.errors import StoreError
from kakoc.store.mlflow import MlflowTracker

PARAMS = {"seed": "1", "long": "x" * 7000}
METRICS = {"pairs/pairs": 12.0, "score/empathy/care_0.8": 0.625}
TAGS = {"kakoc.stage": "run"}


@pytest.fixture
def artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for MLflow, while the working folder is an empty one."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "cwd").mkdir()
    (tmp_path / "artifacts of a run").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path / "artifacts of a run"


def test_a_run_is_written_once_and_read_back(artifacts: Path) -> None:
    (artifacts / "manifest.json").write_text('{"counts": 1}')
    tracker = MlflowTracker(artifacts, "kakoverse")
    files = [str(artifacts / "manifest.json")]
    first = tracker.log_run("quick-1", PARAMS, METRICS, TAGS, files)
    again = tracker.log_run("quick-1", PARAMS, {**METRICS, "seconds": 2.0}, TAGS, files)
    other = tracker.log_run("quick-2", {"seed": "2"}, {}, {}, [])
    assert first == again != other

    client = client_of(tracker)
    experiment = client.get_experiment_by_name("kakoverse")
    runs = {run.info.run_id: run for run in client.search_runs([experiment.experiment_id])}
    assert runs.keys() == {first, other}
    run = runs[first]
    assert (run.info.run_name, run.info.status) == ("quick-1", "FINISHED")
    assert run.data.params == {"seed": "1", "long": "x" * 6000}
    assert run.data.metrics == {**METRICS, "seconds": 2.0}
    assert TAGS.items() <= run.data.tags.items()
    assert [file.path for file in client.list_artifacts(first)] == ["manifest.json"]
    assert Path(client.download_artifacts(first, "manifest.json")).read_text() == '{"counts": 1}'

    place = Path(urlsplit(run.info.artifact_uri).path.replace("%20", " "))
    assert place.is_relative_to(artifacts / "mlflow")
    assert sorted(path.name for path in artifacts.iterdir()) == [
        "manifest.json",
        "mlflow",
        "mlflow.db",
    ]
    assert os.listdir() == []
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def client_of(tracker: MlflowTracker) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=tracker.uri)


def test_a_tracker_that_cannot_be_reached_is_an_error_of_its_own(artifacts: Path) -> None:
    (artifacts / "mlflow.db").write_text("no database " * 100)
    tracker = MlflowTracker(artifacts, "kakoverse")
    with pytest.raises(StoreError, match="MLflow") as caught:
        tracker.log_run("quick-1", {}, {}, {}, [])
    assert "the run is kept" in caught.value.hint


def test_the_environment_may_name_another_tracker(
    artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MlflowTracker(artifacts, "e").uri == f"sqlite:///{artifacts}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    assert MlflowTracker(artifacts, "e").uri == "http://127.0.0.1:1"
