"""The pairs of a run, as a tracker keeps them: counts, what else predicts them, and no text."""

from __future__ import annotations

from kakoc.app.tracked.common import (
    Stage,
    build_params,
    file_digest,
    numbers,
    revision,
    seen_from,
    table,
)
from kakoc.errors import StoreError
from kakoc.ports import DataSet, Tracked
from kakoc.project import Project
from kakoc.store.runs import RunFolder

KIND = "pairs"
MATCHED = "length_matched"


def pairs_of(project: Project, folder: RunFolder, stage: Stage) -> Tracked:
    """Raises:
    StoreError: the run is gone or has no pairs.
    """
    manifest, path = folder.manifest, folder.path / "pairs.jsonl"
    if manifest is None or not path.exists():
        raise StoreError(f"run {folder.id} has no pairs")
    counts = manifest["pairs"]
    matched, run = bool(counts.get(MATCHED)), manifest.get("run", folder.id)
    ended = path.stat().st_mtime
    return Tracked(
        key=f"{run}/{'matched-' if matched else ''}pairs",
        name=f"pairs of {folder.id}",
        params={
            **build_params(project, manifest.get("build")),
            "run": run,
            MATCHED: str(matched),
            **revision(stage.facts),
        },
        points=list(numbers("pairs", counts)),
        tags={
            "kakoc.stage": KIND,
            "kakoc.build": str(manifest.get("build")),
            "kakoc.made.pairs": file_digest(path),
        },
        begun=ended,
        ended=ended,
        inputs=[_conversations(project, folder)],
        files={"tables/pairs.json": _table(folder)},
    )


def _conversations(project: Project, folder: RunFolder) -> DataSet:
    path = folder.path / "conversations.jsonl"
    return DataSet("conversations", file_digest(path), seen_from(project, path), "pairs")


def _table(folder: RunFolder) -> bytes:
    columns = ("pair", "city", "split", "turn", "chosen", "rejected", "margin", "judges")
    rows = [
        (p.id, p.city, p.split, p.turn, p.chosen.care, p.rejected.care, p.margin, len(p.judges))
        for p in folder.read("pairs")
    ]
    return table(columns, rows)
