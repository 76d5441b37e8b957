"""Tracking as a command tells of it: one line, and nothing where it is off."""

from __future__ import annotations

from kakoc.app import Project
from kakoc.app.tracking import Stage, track
from kakoc.cli.steps import Steps
from kakoc.errors import StoreError


def track_aloud(
    project: Project,
    *stages: Stage,
    seconds: float = 0.0,
    quiet: bool = False,
    as_json: bool = False,
) -> str:
    """Hand stages to MLflow; returns what became of it.

    Args:
        seconds: that the stage took: after a long one the command waits a little.
    """
    with Steps("tracking", quiet=quiet, as_json=as_json) as steps:
        try:
            outcome = track(project, *stages).outcome(seconds)
        except (StoreError, OSError) as error:
            outcome = f"not tracked: {error}"
        if outcome != "off":
            steps.note(outcome)
    return outcome
