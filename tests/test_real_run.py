"""`kakoc run` from YAML to preference pairs on the embedded model, with nothing built before."""

from __future__ import annotations

import json

import pytest
from real_run_kit import TURNS, RealRun

from kakoc.store.preferences import preference_rows
from kakoc.store.runs import RESULTS, RunFolder

pytestmark = [pytest.mark.real_model, pytest.mark.slow]

FILES = {
    "config.json",
    "events.jsonl",
    "manifest.json",
    "preferences.jsonl",
    "preferences.parquet",
    *(f"{name}.jsonl" for name in RESULTS),
}


def test_it_ends_well_or_says_what_was_lost(real_run: RealRun) -> None:
    manifest, counts = real_run.manifest, real_run.manifest["counts"]
    assert counts["planned"] == 1 == counts["ok"] + counts["failed"] + counts["rejected"]
    lost = 1 - counts["ok"] / counts["planned"]
    assert real_run.code == int(lost > manifest["profile"]["failure_threshold"]), real_run.err
    assert "Traceback" not in real_run.err


def test_every_file_of_the_run_is_there(real_run: RealRun) -> None:
    assert {path.name for path in real_run.folder.iterdir()} >= FILES
    assert json.loads((real_run.folder / "manifest.json").read_text()) == real_run.manifest


def test_every_row_is_valid_and_counted(real_run: RealRun) -> None:
    run = RunFolder(real_run.folder)
    rows = {name: list(run.read(name)) for name in RESULTS}  # pydantic checks each
    manifest = real_run.manifest
    assert len(rows["conversations"]) == manifest["counts"]["ok"]
    assert len(rows["pairs"]) == manifest["pairs"]["pairs"]
    assert len(rows["failures"]) >= manifest["counts"]["failed"] + manifest["counts"]["rejected"]
    assert all(len(conversation.turns) == TURNS for conversation in rows["conversations"])


def test_every_head_to_head_is_accounted_for(real_run: RealRun) -> None:
    pairs = real_run.manifest["pairs"]
    assert pairs["planned"] == pairs["pairs"] + pairs["ties"] + pairs["dropped"]
    assert pairs["planned"] == 3 * real_run.manifest["turns"]


def test_every_pair_is_a_preference_row(real_run: RealRun) -> None:
    import pyarrow.parquet

    pairs = list(RunFolder(real_run.folder).read("pairs"))
    lines = (real_run.folder / "preferences.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows == json.loads(json.dumps(list(preference_rows(pairs))))
    assert rows == pyarrow.parquet.read_table(real_run.folder / "preferences.parquet").to_pylist()
    for pair, row in zip(pairs, rows, strict=True):
        # The gate may overrule the reward: an unsafe reply never wins, however it scores.
        assert pair.margin > 0 or pair.rejected.violations
        assert pair.chosen.text != pair.rejected.text
        assert [message["role"] for message in row["prompt"]][:2] == ["system", "user"]
        assert row["prompt"][-1]["role"] == "user"
        assert all(message["content"].strip() for message in row["prompt"])


def test_most_of_a_prompt_was_processed_before(real_run: RealRun) -> None:
    assert real_run.manifest["cached_share"] > 0.5


def test_mlflow_holds_the_same_numbers(real_run: RealRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{real_run.artifacts / 'mlflow.db'}")
    (experiment,) = (e for e in client.search_experiments() if e.name == real_run.root.name)
    runs = {r.data.tags["kakoc.stage"]: r for r in client.search_runs([experiment.experiment_id])}
    assert runs.keys() == {"build", "generate", "pairs"}
    run = runs["generate"]
    assert runs["pairs"].data.tags["kakoc.parent"] == run.info.run_id
    manifest = real_run.manifest
    assert run.info.status == "FINISHED"
    assert run.data.tags["kakoc.run"] == manifest["run"]
    for group, values in (("conversations", manifest["counts"]), ("tokens", manifest["tokens"])):
        assert {name: run.data.metrics[f"{group}/{name}"] for name in values} == values
    stored = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert stored == {"manifest.json", "config.json", "tables"}
