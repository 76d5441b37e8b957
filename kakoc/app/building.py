"""`build`: from the project's bytes to `artifacts/build/<fingerprint>/`, only as far as needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kakoc.app.inputs import changed, inputs
from kakoc.ports import Progress
from kakoc.project import Project
from kakoc.store.builds import Builds


@dataclass(frozen=True, slots=True)
class BuildResult:
    """Where a build lies and what it took."""

    fingerprint: str
    folder: Path
    changed: list[str]
    """Inputs that differ from the newest build; all of them for a first build."""
    written: list[str]
    """Files that differ from the newest build; none when nothing changed."""
    manifest: dict[str, Any]
    diagnostics: tuple[Any, ...] = ()
    """Warnings of the spec."""


def build(
    project: Project, progress: Progress = lambda _: None, today: date | None = None
) -> BuildResult:
    """Bring the build up to date. Nothing changed, nothing written.

    Args:
        today: as for `check`; it can stop a build and never changes one.

    Raises:
        SpecError: the spec has errors.
        ProjectError, JudgeError: `modules/` cannot be used, or a judge is below its floor.
    """
    builds, now = Builds(project.artifacts), inputs(project)
    current = builds.current()
    if current is not None and current["inputs"] == now:
        fingerprint = current["fingerprint"]
        return BuildResult(fingerprint, builds.folder(fingerprint), [], [], current)
    # Only a build with something to do pays for the compiler.
    from kakoc.app.compiling import compile_project

    files, manifest, diagnostics = compile_project(project, now, progress, today)
    before = builds.files(current)
    written = sorted(path for path, data in files.items() if before.get(path) != data)
    builds.write(files, manifest)
    differs = changed(current["inputs"] if current else {}, now)
    fingerprint = manifest["fingerprint"]
    folder = builds.folder(fingerprint)
    return BuildResult(fingerprint, folder, differs, written, manifest, diagnostics)
