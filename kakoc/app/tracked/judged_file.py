"""`kakoc judge FILE`, as a tracker keeps it: counts and means. These may be real people's chats.

Neither a text nor the name of the file is told, and nothing of it is read but a digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kakoc.app.tracked.common import Stage, build_params, file_digest, numbers, revision
from kakoc.ports import DataSet, Tracked
from kakoc.project import Project
from kakoc.types import digest

KIND = "judged-file"


def facts_of(file: Path, build: str, row: Mapping[str, Any], means: Mapping[str, Any]) -> Stage:
    """What is to be kept of it; `row` is what the command prints."""
    held = file_digest(file)
    counts = {name: row[name] for name in ("rows", "scored", "unscored", "malformed")}
    facts = {"build": build, "file": held, "rows": counts, "scores": dict(means)}
    return Stage(KIND, digest([held, build]), facts)


def key(project: Project, stage: Stage) -> str:
    return f"{KIND}-{stage.name}"


def read(project: Project, stage: Stage) -> Tracked:
    facts = stage.facts
    return Tracked(
        key=key(project, stage),
        name=f"judged file {facts['file']}",
        params={**build_params(project, facts["build"]), **revision(facts)},
        points=[*numbers("rows", facts["rows"]), *numbers("score", facts["scores"])],
        tags={"kakoc.stage": "judge", "kakoc.build": facts["build"]},
        begun=facts["time"],
        ended=facts["time"],
        inputs=[DataSet("judged file", facts["file"], "a file of the user's", "judged")],
    )


def after(project: Project, stage: Stage) -> Stage:
    return Stage("build", stage.facts["build"])
