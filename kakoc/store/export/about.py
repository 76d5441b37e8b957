"""What an export says of itself: whose data these are and how they came to be. Plain values."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CANARIES = uuid.uuid5(uuid.NAMESPACE_OID, "kakoc canary")
SPDX = re.compile(r"[A-Za-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class About:
    """The project, the run, and everything that made it."""

    project: str
    title: str
    license: str
    """An SPDX id, or the license in words."""
    spec: str
    """Fingerprint of the spec."""
    build: str
    """Fingerprint of the build; empty for imported data."""
    run: str
    version: str
    """Of kakoc."""
    made: str
    """Day on which the run was finished, `2026-01-31`."""
    intended_use: tuple[str, ...] = ()
    seed: int | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    """Role -> the model with every setting that changes what it says."""
    judges: tuple[Mapping[str, Any], ...] = ()
    """For each judge what the spec says of it and what the build measured."""
    pairs: Mapping[str, Any] = field(default_factory=dict)
    """What the run's manifest says of its pairs."""
    lint: Mapping[str, Any] | None = None
    """Counts by severity, `by_code`, `checked`; None: not linted."""
    lance: Mapping[str, int] = field(default_factory=dict)
    """Table -> the version of it that these data stand in; empty: they stand in none."""
    imported: str = ""
    """Where the data came from, if others made them."""
    url: str = ""
    """Where the export is published."""

    @property
    def canary(self) -> str:
        """The same for every export of a project."""
        return canary(self.project)

    @property
    def canary_line(self) -> str:
        return f"{self.project} canary GUID {self.canary}"

    @property
    def citation(self) -> str:
        """BibTeX."""
        key = re.sub(r"\W+", "_", f"{self.project}_{self.run}")
        note = f"Run {self.run}, build {self.build or 'none'}, spec {self.spec}"
        lines = (
            f"  title = {{{self.title.rstrip('.')}}}",
            f"  author = {{{{The makers of {self.project}}}}}",
            f"  year = {{{self.made[:4]}}}",
            f"  note = {{{note}, made with kakoc {self.version}}}",
            *([f"  url = {{{self.url}}}"] if self.url else []),
        )
        return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"

    @property
    def is_spdx(self) -> bool:
        return bool(SPDX.fullmatch(self.license))


def canary(project: str) -> str:
    """A GUID that follows from the name of a project and from nothing else."""
    return str(uuid.uuid5(CANARIES, project))
