"""`show`: a role's prompt as a person reads it."""

from __future__ import annotations

from kakoc.app.checking import checked
from kakoc.emit import sheet
from kakoc.project import Project
from kakoc.types import Role


def prompt_sheet(project: Project, role: Role) -> str:
    """The prompt of `role` by the spec as it is now, each line with its place.

    Raises:
        SpecError: the spec has errors.
    """
    _, ir = checked(project)
    return sheet(ir, role)
