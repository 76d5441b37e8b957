"""`--lance s3://...` and `export -o s3://...`: the real commands and a local server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from project_kit import ProjectFolder, StubServer
from s3_kit import BUCKET, s3, s3_endpoint

from kakoc.store.lance import open_table

__all__ = ["s3", "s3_endpoint"]  # fixtures
FEW = ("--personas", "2", "--turns", "2", "--profile", "bench")


def test_a_run_and_its_export_lie_on_object_storage(
    built_project: ProjectFolder, stub: StubServer, s3: Any, tmp_path: Path
) -> None:
    lance = f"s3://{BUCKET}/lance"
    made = built_project.kakoc("generate", *stub.lm, *FEW, "--lance", lance, "--json")
    assert made.code == 0, made.err
    rows = open_table(lance, "conversations").to_arrow().to_pylist()
    assert {row["run"] for row in rows} == {made.json["run"]}
    assert len(rows) == 2
    assert not (built_project.artifacts / "lance").exists()

    exported = ("export", "latest", "--format", "jsonl")
    there = built_project.kakoc(*exported, "-o", f"s3://{BUCKET}/sets/one", "--json")
    here = built_project.kakoc(*exported, "-o", tmp_path / "one", "--json")
    assert (there.code, here.code) == (0, 0), there.err
    assert there.json["files"].keys() == here.json["files"].keys()
    for name in ("conversations.jsonl", "manifest.json"):
        sent = s3.get_object(Bucket=BUCKET, Key=f"sets/one/{name}")["Body"].read()
        assert sent.count(b"\n") == (tmp_path / "one" / name).read_bytes().count(b"\n") > 0
    kept = s3.get_object(Bucket=BUCKET, Key="sets/one/conversations.jsonl")["Body"].read()
    assert kept == (tmp_path / "one" / "conversations.jsonl").read_bytes()


def test_an_address_without_a_cluster_is_refused(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("generate", "--address", "head:6379")
    assert said.code == 1
    assert "add --engine ray" in said.err
