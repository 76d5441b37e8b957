"""`diversity` and what `search` needs: embeds runs into Lance tables and measures them there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kakoc.app.asking import asked_again, load_ir
from kakoc.app.checking import checked
from kakoc.app.models import make_embedder, played_by
from kakoc.app.tabling import LANCE
from kakoc.errors import StoreError
from kakoc.ir import Diversity, Ir
from kakoc.plan import sample
from kakoc.ports import Embedder, Progress
from kakoc.project import Project
from kakoc.run.diversity import (
    KINDS,
    Kind,
    Texts,
    across,
    below_floors,
    birth_decade,
    drifted,
    measure,
    planned,
)
from kakoc.run.personas import in_one, prose_of
from kakoc.store.lance import is_remote
from kakoc.store.lance_texts import TABLES, People, texts_of, write_texts, written
from kakoc.store.runs import RunFolder, find_run, list_runs
from kakoc.types import Persona

AT_ONCE = 512
"""Texts between two words of progress."""


def place_of(project: Project, lance: str | None) -> str:
    """Where the tables lie: an address, or a folder; by default below the artifacts."""
    if lance and is_remote(lance):
        return lance
    return str(Path(lance).resolve() if lance else project.artifacts / LANCE)


def measure_run(
    project: Project, run: str, against: Sequence[str], lance: str | None, say: Progress
) -> dict[str, Any]:
    """Everything that is told of a run's diversity; `below` are the floors that it falls under.

    Args:
        against: runs that it is compared with.
        lance: where the tables lie; none: below the artifacts.

    Raises:
        StoreError: there is no such run, or it is not finished.
    """
    folder = _finished(project, run)
    others = [_finished(project, name) for name in against]
    ir = _ir(project, folder)
    spec = ir.diversity or Diversity()
    texts = _texts(project, ir, folder, lance, say)
    found = {
        kind: measure(texts[kind], getattr(spec, kind), spec.sample)
        for kind in KINDS
        if len(texts[kind])
    }
    mark = written(folder) or {}
    return {
        "run": folder.id,
        "sample": spec.sample,
        "lance": {"uri": mark["uri"], "versions": mark["versions"]},
        "kinds": found,
        "plan": _plan(ir, folder),
        "collisions": (folder.manifest or {}).get("collisions"),
        "against": [
            _beside(texts, _texts(project, ir, other, lance, say), other, spec) for other in others
        ],
        "below": below_floors(found, spec),
    }


def embed_run(
    project: Project, ir: Ir, folder: RunFolder, lance: str | None, say: Progress
) -> None:
    """Put a run into the tables, unless it stands there as it is.

    Raises:
        StoreError: the place cannot be read or written.
    """
    uri = place_of(project, lance)
    embedder = make_embedder(ir.models.embedder, lambda what, done, total: None)
    mark = written(folder)
    if mark and mark["uri"] == uri and mark["embedder"] == embedder.name:
        return
    people = People(
        prose=lambda persona: in_one(prose_of(ir.persona_schema, persona.card)),
        decade=_decade,
    )
    write_texts(uri, folder, people, lambda texts: _embed(embedder, texts, say), embedder.name)


def embed_all(project: Project, lance: str | None, say: Progress) -> None:
    """Put every finished run of the project into the tables."""
    for folder in list_runs(project.artifacts):
        if folder.manifest is not None and (folder.path / "conversations.jsonl").exists():
            say(f"run {folder.id}: reading")
            embed_run(project, _ir(project, folder), folder, lance, say)


def embedder_of(project: Project) -> Embedder:
    """The embedder of the project's spec, as it is now."""
    return make_embedder(checked(project)[1].models.embedder, lambda what, done, total: None)


def _embed(embedder: Embedder, texts: Sequence[str], say: Progress) -> np.ndarray:
    parts = []
    for start in range(0, len(texts), AT_ONCE):
        say(f"embedding: {start} of {len(texts)} texts")
        parts.append(embedder.embed(texts[start : start + AT_ONCE]))
    return np.concatenate(parts)


def _texts(
    project: Project, ir: Ir, folder: RunFolder, lance: str | None, say: Progress
) -> dict[Kind, Texts]:
    embed_run(project, ir, folder, lance, say)
    mark = written(folder) or {}
    versions = mark["versions"]
    return {kind: _of_kind(mark["uri"], folder, kind, versions.get(TABLES[kind])) for kind in KINDS}


def _of_kind(uri: str, folder: RunFolder, kind: Kind, version: int | None) -> Texts:
    if version is None:
        nobody = np.empty((0, 0), dtype=np.float32)
        return Texts((), (), (), nobody, {"city": (), "decade": (), "care": ()})
    rows = texts_of(uri, folder.id, kind, version)
    vectors = np.stack(rows["vector"].to_numpy(zero_copy_only=False)).astype(np.float32)
    told = {name: rows[name].to_pylist() for name in rows.column_names if name != "vector"}
    parts = {name: told.get(name, [None] * len(vectors)) for name in ("city", "decade", "care")}
    return Texts(told["id"], told["persona"], told["text"], vectors, parts)


def _beside(
    texts: dict[Kind, Texts], others: dict[Kind, Texts], other: RunFolder, spec: Diversity
) -> dict[str, Any]:
    return {
        "run": other.id,
        "nearest": {
            kind: across(texts[kind], others[kind], getattr(spec, kind).too_close) for kind in KINDS
        },
        "drift": {kind: drifted(texts[kind], others[kind]) for kind in KINDS},
    }


def _plan(ir: Ir, folder: RunFolder) -> dict[str, Any] | None:
    """How much of the plan came to be; None: the data have no plan of ours."""
    config = folder.config
    if "models" not in config or "profile" not in config:
        return None
    asked = asked_again(config)
    counts = (folder.manifest or {}).get("counts", {})
    rows = sample(played_by(ir, asked.models), int(counts.get("planned", asked.rows)))
    ok = {talk.persona for talk in folder.read("conversations") if talk.status == "ok"}
    return planned(rows, [one for one in folder.read("personas") if one.id in ok])


def _decade(persona: Persona) -> str | None:
    return birth_decade(persona.card)


def _finished(project: Project, run: str) -> RunFolder:
    folder = find_run(project.artifacts, run)
    if folder.manifest is None:
        raise StoreError(f"run {folder.id} is not finished", "the command that began it goes on")
    return folder


def _ir(project: Project, folder: RunFolder) -> Ir:
    config = folder.config
    return load_ir(project, config["build"]) if "build" in config else checked(project)[1]
