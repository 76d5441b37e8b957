"""Runs in MLflow, written after the stage through MlflowClient with explicit run ids.

The sole home of mlflow. SQLite under `artifacts/` unless MLFLOW_TRACKING_URI says otherwise;
telemetry is off before the import. A run that was written before is updated, not written twice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError, boundary

RUN_TAG = "kakoc.run"


class MlflowTracker:
    """Writes finished runs into one experiment."""

    def __init__(self, artifacts: Path, experiment: str) -> None:
        self.uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{artifacts / 'mlflow.db'}"
        self.files = artifacts / "mlflow"
        self.experiment = experiment

    def log_run(
        self,
        name: str,
        params: Mapping[str, str],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        artifacts: Sequence[str],
    ) -> str:
        """Write one finished run; see `kakoc.ports.Tracker`.

        Raises:
            StoreError: MLflow cannot be reached; the run itself is not affected.
        """
        with boundary(StoreError, "MLflow", "the run is kept; MLflow can be filled later"):
            return self._log(name, params, metrics, tags, artifacts)

    def _log(
        self,
        name: str,
        params: Mapping[str, str],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        artifacts: Sequence[str],
    ) -> str:
        client = self._client()
        from mlflow.entities import Metric, Param, RunTag

        run_id = self._run(client, name)
        now = int(time.time() * 1000)
        client.log_batch(
            run_id,
            metrics=[Metric(key, value, now, 0) for key, value in metrics.items()],
            params=[Param(key, value[:6000]) for key, value in params.items()],
            tags=[RunTag(key, value) for key, value in {**tags, RUN_TAG: name}.items()],
        )
        for path in artifacts:
            client.log_artifact(run_id, path)
        client.set_terminated(run_id)
        return run_id

    def _client(self) -> Any:
        os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        import logging

        # The first use of a SQLite file logs a hundred lines of migrations.
        for name in ("alembic", "mlflow.store.db.utils"):
            logging.getLogger(name).setLevel(logging.WARNING)
        from mlflow import MlflowClient

        return MlflowClient(tracking_uri=self.uri)

    def _run(self, client: Any, name: str) -> str:
        experiment = client.get_experiment_by_name(self.experiment)
        if experiment is None:
            # Without an explicit place MLflow would put artifacts into the working folder.
            place = self.files.as_uri() if self.uri.startswith("sqlite") else None
            identity = client.create_experiment(self.experiment, artifact_location=place)
        else:
            identity = experiment.experiment_id
        found = client.search_runs([identity], filter_string=f"tags.`{RUN_TAG}` = '{name}'")
        if found:
            return str(found[0].info.run_id)
        return str(client.create_run(identity, run_name=name, tags={RUN_TAG: name}).info.run_id)
