"""What all stages have in common when they are told to a tracker."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kakoc.app.tracking import Stage as Stage
from kakoc.ports import Point
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.types import digest

PRIVATE = "thought"
"""Field of what a Seeker thinks; it is shown to nobody."""
FORBIDDEN = re.compile(r"[^\w./ :-]")
"""In the name of a metric."""


def build_params(project: Project, fingerprint: str | None) -> dict[str, str]:
    """The build, and fingerprints of its spec and of each role; a build that is gone has none."""
    if not fingerprint:
        return {}
    manifest = Builds(project.artifacts).manifest(fingerprint)
    if manifest is None:
        return {"build": fingerprint}
    roles = {f"role.{role}": digest(parts) for role, parts in manifest["roles"].items()}
    return {"build": fingerprint, "spec": manifest["spec"], **roles}


def revision(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"git": str(facts["git"])} if facts.get("git") else {}


def numbers(prefix: str, value: Any) -> Iterator[Point]:
    """Every number below `value`, each under its path; truth values are none."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from numbers(f"{prefix}/{name}" if prefix else str(name), inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield Point(FORBIDDEN.sub("_", prefix), float(value))


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """As MLflow shows and loads tables: pandas' `split`."""
    return as_json({"columns": list(columns), "data": [list(row) for row in rows]})


def as_json(value: Any) -> bytes:
    return (json.dumps(without_thoughts(value), ensure_ascii=False, indent=1) + "\n").encode()


def without_thoughts(value: Any) -> Any:
    """The same without what a Seeker only thinks."""
    if isinstance(value, Mapping):
        return {k: without_thoughts(v) for k, v in value.items() if k != PRIVATE}
    if isinstance(value, (list, tuple)):
        return [without_thoughts(inner) for inner in value]
    return value


def file_digest(path: Path) -> str:
    """The first hex digits of the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def seen_from(project: Project, path: Path) -> str:
    """A place without the folders of this machine."""
    return path.relative_to(project.root).as_posix() if _is_in(project, path) else path.name


def _is_in(project: Project, path: Path) -> bool:
    return path.is_relative_to(project.root)
