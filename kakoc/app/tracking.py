"""A finished run as parameters, metrics, tags and files, for the tracker."""

from __future__ import annotations

from typing import Any

from kakoc.app.running import Finished
from kakoc.project import Project
from kakoc.store.mlflow import MlflowTracker

FILES = ("manifest.json", "config.json", "failures.jsonl", "preferences.jsonl")


def track(project: Project, finished: Finished) -> str:
    """Write the run to MLflow; returns MLflow's id of it.

    Raises:
        StoreError: MLflow cannot be reached; the run on disk is complete all the same.
    """
    manifest = finished.manifest
    folder = finished.folder.path
    return MlflowTracker(project.artifacts, project.root.name).log_run(
        # Not the name of the folder: two folders may be called the same.
        name=manifest["run"],
        params=_params(manifest),
        metrics=_metrics(manifest),
        tags={"kakoc.stage": "run", "kakoc.build": manifest["build"]},
        artifacts=[str(folder / name) for name in FILES if (folder / name).exists()],
    )


def _params(manifest: dict[str, Any]) -> dict[str, str]:
    profile = {f"profile.{key}": str(value) for key, value in manifest["profile"].items()}
    models = {f"model.{role}": name for role, name in manifest["identities"].items()}
    accept = {"accept": str(manifest["accept"])} if "accept" in manifest else {}
    seed = {"seed": str(manifest["seed"])}
    return {"build": manifest["build"], **seed, **accept, **profile, **models}


def _metrics(manifest: dict[str, Any]) -> dict[str, float]:
    flat = {
        **_numbers("conversations", manifest["counts"]),
        **_numbers("pairs", manifest["pairs"]),
        **_numbers("variants", manifest["variants"]),
        **_numbers("calls", manifest["calls"]),
        **_numbers("tokens", manifest["tokens"]),
    }
    for care, judges in manifest["scores"].items():
        flat |= {f"score/{name}/care_{care}": row["mean"] for name, row in judges.items()}
    for name in ("seconds", "tokens_per_second", "cached_share", "cost"):
        if manifest[name] is not None:
            flat[name] = float(manifest[name])
    return flat


def _numbers(prefix: str, values: dict[str, Any]) -> dict[str, float]:
    numbers = {name: value for name, value in values.items() if isinstance(value, (int, float))}
    return {f"{prefix}/{name}": float(value) for name, value in numbers.items()}
