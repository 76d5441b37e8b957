"""`check`: a spec's faults, all at once, without running a line of its code."""

from __future__ import annotations

from kakoc.diagnostics import has_errors
from kakoc.errors import SpecError
from kakoc.ir import Ir
from kakoc.judging import example_faults
from kakoc.lang import Compilation, compile_spec
from kakoc.project import Project


def check(project: Project) -> Compilation:
    """Compile the spec and run its safety examples through its rules."""
    return compile_spec(project.root, project.spec, extra=(example_faults,))


def checked(project: Project) -> tuple[Compilation, Ir]:
    """As `check`, for callers that need an IR.

    Raises:
        SpecError: the spec has errors; it carries the diagnostics.
    """
    compilation = check(project)
    if compilation.ir is None or has_errors(compilation.diagnostics):
        raise SpecError(compilation.diagnostics)
    return compilation, compilation.ir
