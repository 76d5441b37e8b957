"""Stages in MLflow, written when they are over, through MlflowClient with explicit run ids.

SQLite under `artifacts/` unless MLFLOW_TRACKING_URI says otherwise; telemetry is off before the
import. A stage that was written before is updated, not written twice. Knows no stage by name.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kakoc.errors import TrackerError, boundary
from kakoc.ports import DataSet, PromptText, Tracked
from kakoc.store.mlflow_prompts import set_champion
from kakoc.store.mlflow_traces import write_traces

RUN_TAG = "kakoc.run"
PARENT_TAG = "kakoc.parent"
NESTED_TAG = "mlflow.parentRunId"
"""MLflow's own: the run is shown below that one."""
LONGEST = 6000
"""Characters of a parameter that MLflow keeps."""
MOST_METRICS, MOST_PARAMS = 1000, 100
"""In one request."""
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20"}
"""Of a server that does not answer: what could not be sent is sent another time."""
HINT = "the stage is kept; MLflow can be filled later"


def tracking_uri(artifacts: Path) -> str:
    """Where MLflow keeps what is tracked."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{artifacts / 'mlflow.db'}"


class MlflowTracker:
    """Writes into one experiment; see `kakoc.ports.Tracker`.

    Raises:
        TrackerError: by every method: MLflow cannot be reached; no stage is affected.
    """

    def __init__(self, artifacts: Path, experiment: str) -> None:
        self.uri = tracking_uri(artifacts)
        self.files = artifacts / "mlflow"
        self.experiment = experiment
        self._opened: tuple[Any, str] | None = None

    def open(self) -> None:
        """Find out whether MLflow can be reached at all."""
        with boundary(TrackerError, "MLflow", HINT):
            self._open()

    def find(self, key: str) -> str | None:
        """The run id of a stage that was written before."""
        with boundary(TrackerError, "MLflow", HINT):
            found = self._search(key)
            return str(found.info.run_id) if found else None

    def write(self, stage: Tracked, parent: str | None = None) -> str:
        """Write one stage with its children; returns its run id."""
        with boundary(TrackerError, "MLflow", HINT):
            run_id = self._write(stage, {PARENT_TAG: parent} if parent else {})
            for child in stage.children:
                self._write(child, {NESTED_TAG: run_id, PARENT_TAG: run_id})
            if stage.traces:
                client, experiment = self._open()
                write_traces(client, experiment, run_id, stage)
            return run_id

    def champion(self, name: str, prompt: PromptText | None) -> None:
        """Register the prompt, once, and give it the alias; None takes the alias away."""
        with boundary(TrackerError, "MLflow", HINT):
            client, _ = self._open()
            origin = self._search(prompt.origin) if prompt else None
            set_champion(client, name, prompt, origin.info.run_id if origin else None)

    def _write(self, stage: Tracked, links: Mapping[str, str]) -> str:
        client, experiment = self._open()
        tags = {**stage.tags, **links, RUN_TAG: stage.key, **_tables(stage)}
        run = self._search(stage.key) or client.create_run(
            experiment, _milliseconds(stage.begun), tags, run_name=stage.name
        )
        run_id = str(run.info.run_id)
        self._log(client, run_id, stage, tags, run.data.params)
        if stage.inputs:
            client.log_inputs(run_id, [_input(dataset) for dataset in stage.inputs])
        if stage.files:
            with tempfile.TemporaryDirectory(prefix="kakoc-") as folder:
                _lay(Path(folder), stage.files)
                client.log_artifacts(run_id, folder)
        client.set_terminated(run_id, end_time=_milliseconds(stage.ended))
        return run_id

    def _log(
        self,
        client: Any,
        run_id: str,
        stage: Tracked,
        tags: Mapping[str, str],
        known: Mapping[str, str],
    ) -> None:
        """What MLflow has of parameters stays: it lets nobody change them."""
        from mlflow.entities import Metric, Param, RunTag

        params = [Param(k, v[:LONGEST]) for k, v in stage.params.items() if k not in known]
        metrics = [
            # A fixed time, so that telling it again adds nothing.
            Metric(p.name, p.value, _milliseconds(p.time or stage.ended), p.step)
            for p in stage.points
        ]
        told = [RunTag(key, value) for key, value in tags.items()]
        client.log_batch(run_id, params=params[:MOST_PARAMS], tags=told)
        for more in _batches(params[MOST_PARAMS:], MOST_PARAMS):
            client.log_batch(run_id, params=more)
        for some in _batches(metrics, MOST_METRICS):
            client.log_batch(run_id, metrics=some)

    def _search(self, key: str) -> Any | None:
        client, experiment = self._open()
        found = client.search_runs(
            [experiment], filter_string=f"tags.`{RUN_TAG}` = '{key}'", max_results=1
        )
        return found[0] if found else None

    def _open(self) -> tuple[Any, str]:
        if self._opened is None:
            client = _client(self.uri)
            self._opened = client, self._experiment(client)
        return self._opened

    def _experiment(self, client: Any) -> str:
        experiment = client.get_experiment_by_name(self.experiment)
        if experiment is not None:
            return str(experiment.experiment_id)
        # Without an explicit place MLflow would put artifacts into the working folder.
        place = self.files.as_uri() if self.uri.startswith("sqlite") else None
        return str(client.create_experiment(self.experiment, artifact_location=place))


def _batches(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    return (list(values[begin : begin + size]) for begin in range(0, len(values), size))


def _client(uri: str) -> Any:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    for name, value in PATIENCE.items():
        os.environ.setdefault(name, value)
    import logging

    # The first use of a SQLite file logs a hundred lines of migrations.
    for name in ("alembic", "mlflow.store.db.utils"):
        logging.getLogger(name).setLevel(logging.WARNING)
    import mlflow

    # Traces and prompts go where the process points, whatever the client was told.
    mlflow.set_tracking_uri(uri)
    return mlflow.MlflowClient(tracking_uri=uri)


def _tables(stage: Tracked) -> dict[str, str]:
    """What MLflow needs to know to show a file as a table."""
    shown = [{"path": path, "type": "table"} for path in stage.files if path.startswith("tables/")]
    return {"mlflow.loggedArtifacts": json.dumps(shown)} if shown else {}


def _input(dataset: DataSet) -> Any:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = json.dumps({"uri": dataset.source})
    held = Dataset(dataset.name, dataset.digest, "local", source)
    return DatasetInput(held, [InputTag("mlflow.data.context", dataset.context)])


def _lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
