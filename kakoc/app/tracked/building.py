"""A build, as a tracker keeps it: versions, prompts, and how good the judges are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kakoc.app.tracked.common import Stage, build_params, numbers, revision, table
from kakoc.errors import StoreError
from kakoc.ports import DataSet, Tracked
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.types import digest

KIND = "build"
FIGURES = ("value", "low", "high", "good", "bad")


def key(project: Project, stage: Stage) -> str:
    return f"build-{stage.name}"


def read(project: Project, stage: Stage) -> Tracked:
    """Raises:
    StoreError: the build is gone.
    """
    builds = Builds(project.artifacts)
    manifest = builds.manifest(stage.name)
    if manifest is None:
        raise StoreError(f"build {stage.name} is gone")
    folder = builds.folder(stage.name)
    ended = (folder / "manifest.json").stat().st_mtime
    return Tracked(
        key=key(project, stage),
        name=f"build {stage.name}",
        params={**build_params(project, stage.name), **_params(manifest), **revision(stage.facts)},
        points=list(numbers("judge", manifest["judges"])),
        tags={"kakoc.stage": KIND, "kakoc.build": stage.name},
        begun=ended - float(stage.facts.get("seconds", 0)),
        ended=ended,
        inputs=_inputs(manifest),
        files=_files(folder, manifest),
    )


def _params(manifest: dict[str, Any]) -> dict[str, str]:
    versions = {
        name.removeprefix("version:"): text
        for name, text in manifest["inputs"].items()
        if name.startswith("version:")
    }
    promoted = {
        f"promoted.{role}": "stale" if found["stale_because_of"] else "used"
        for role, found in manifest["promoted"].items()
    }
    return {**versions, **promoted}


def _inputs(manifest: dict[str, Any]) -> list[DataSet]:
    """The spec by what it means, code by its bytes."""
    found = [DataSet("spec", manifest["spec"], "spec", "spec")]
    for room in ("modules", "optimizers"):
        files = {p: d for p, d in manifest["inputs"].items() if p.startswith(f"{room}/")}
        if files:
            found.append(DataSet(room, digest(files), room, "code"))
    return found


def _files(folder: Path, manifest: dict[str, Any]) -> dict[str, bytes]:
    sheets = [path for path in manifest["files"] if path.startswith("sheets/")]
    rows = [
        (judge, kind, part, *(figure.get(name) for name in FIGURES))
        for judge, found in manifest["judges"].items()
        for kind in ("figures", "tests")
        for part, figure in found.get(kind, {}).items()
    ]
    return {
        "manifest.json": (folder / "manifest.json").read_bytes(),
        **{f"prompts/{Path(path).name}": (folder / path).read_bytes() for path in sheets},
        "tables/judges.json": table(("judge", "measured on", "part", *FIGURES), rows),
    }
