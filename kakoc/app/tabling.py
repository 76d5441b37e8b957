"""A finished run as rows of Lance tables, beside the runs or on object storage."""

from __future__ import annotations

from kakoc.app.running import Finished
from kakoc.project import Project
from kakoc.store.lance import Written
from kakoc.store.lance_runs import write_conversations

LANCE = "lance"
"""Name of the folder below `artifacts/` where tables lie that nobody gave another place."""


def table(project: Project, finished: Finished, uri: str | None = None) -> Written:
    """Write the conversations of the run; see `kakoc.store.lance_runs`.

    Args:
        uri: a folder or `s3://bucket/folder`; none: below the artifacts.

    Raises:
        StoreError: it cannot be written; the run on disk is complete all the same.
    """
    place = uri or str(project.artifacts / LANCE)
    return write_conversations(place, finished.manifest["run"], finished.folder)
