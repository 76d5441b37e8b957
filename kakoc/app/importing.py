"""`import`: data of others as a run of ours. Knows where a run lies, not how the data are read.

An imported run has no build of its own: what needs a spec takes the project's present one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.app.checking import checked
from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.lint.gazetteer import Gazetteer
from kakoc.lint.vocabulary import Vocabulary
from kakoc.project import Project
from kakoc.store.kakoverse import Imported, Names, is_checkout, read_checkout
from kakoc.store.runs import RUNS, RunFolder
from kakoc.types import RECORDS_VERSION

KAKOVERSE = "kakoverse"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A run folder of data that others made."""

    folder: RunFolder
    manifest: dict[str, Any]


def import_kakoverse(project: Project, source: Path, out: str) -> ImportResult:
    """Read a checkout of the KAKOverse prototype into a run.

    Args:
        out: a name below `artifacts/runs/`, or a path.

    Raises:
        SpecError: the spec has errors.
        StoreError: `source` holds no such data, or `out` holds another run.
    """
    _, ir = checked(project)
    read = read_prototype(ir, source)
    folder = RunFolder(_folder(project, out))
    config = {
        "version": RECORDS_VERSION,
        "imported": KAKOVERSE,
        "source": source.resolve().name,
        "files": read.files,
        "sha256": read.sha256,
    }
    with folder.locked():
        folder.start(config)
        folder.write("personas", read.personas)
        folder.write("conversations", read.conversations)
        folder.write("failures", read.failures)
        manifest = {**config, "run": folder.id, **counts(read)}
        folder.finish(manifest)
    return ImportResult(folder, manifest)


def read_prototype(ir: Ir, source: Path) -> Imported:
    """The prototype's data in memory, with the spec's names of cities and problems.

    Raises:
        StoreError: `source` holds no such data.
    """
    if not is_checkout(source):
        raise StoreError(
            f"{source} is no checkout of the KAKOverse prototype",
            "it holds personas/ and conversations/, at its top or in Artifacts/",
        )
    known = Vocabulary(ir)

    def problem(category: str) -> str:
        found = known.named(category) if category else None
        return found.id if found else ""

    return read_checkout(source, Names(Gazetteer(ir).city_id, problem))


def counts(read: Imported) -> dict[str, Any]:
    """What was read, in the words of a run of our own."""
    held: Mapping[str, int] = Counter(talk.status for talk in read.conversations)
    turns = [turn for talk in read.conversations for turn in talk.turns]
    variants = [variant for turn in turns for variant in turn.variants]
    states = {name: held.get(name, 0) for name in ("ok", "failed", "rejected")}
    return {
        "counts": {"planned": len(read.conversations), **states},
        "personas": len(read.personas),
        "turns": len(turns),
        "variants": {
            "planned": len(variants),
            "ok": sum(variant.status == "ok" for variant in variants),
        },
        "failures": len(read.failures),
    }


def _folder(project: Project, out: str) -> Path:
    """A bare name is a run of the project; anything else is a path."""
    bare = Path(out).name == out
    return (project.artifacts / RUNS / out if bare else Path(out)).resolve()
