"""Cards of judges: what the spec says of each, and what the build measured."""

from __future__ import annotations

from typing import Any

from kakoc.app.asking import load_ir
from kakoc.app.building import BuildResult
from kakoc.project import Project


def judge_cards(project: Project, build: BuildResult) -> list[dict[str, Any]]:
    """One card a judge, in the order of the spec."""
    ir = load_ir(project, build.fingerprint)
    said = {"name", "use", "use_for", "weight", "floor", "rubric", "reads", "features", "languages"}
    return [
        {
            **spec.model_dump(mode="json", include=said),
            "parts": [part.model_dump(mode="json") for part in spec.parts],
            **build.manifest["judges"].get(spec.name, {}),
        }
        for spec in ir.judges
    ]
