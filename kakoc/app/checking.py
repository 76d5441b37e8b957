"""`check`: a spec's faults, all at once, without running a line of its code."""

from __future__ import annotations

from collections.abc import Sequence

from kakoc.diagnostics import has_errors
from kakoc.errors import SpecError
from kakoc.ir import Ir
from kakoc.judging import example_faults, risk_faults
from kakoc.lang import Compilation, ExtraPass, compile_spec
from kakoc.plan import circumstance_faults
from kakoc.project import Project


def check(project: Project, extra: Sequence[ExtraPass] = ()) -> Compilation:
    """Compile the spec, run its safety examples through its rules, try its circumstances.

    Args:
        extra: further checks, such as those of a build, which looks at code too.
    """
    return compile_spec(
        project.root, project.spec, extra=(example_faults, risk_faults, circumstance_faults, *extra)
    )


def checked(project: Project, extra: Sequence[ExtraPass] = ()) -> tuple[Compilation, Ir]:
    """As `check`, for callers that need an IR.

    Raises:
        SpecError: the spec has errors; it carries the diagnostics.
    """
    compilation = check(project, extra)
    if compilation.ir is None or has_errors(compilation.diagnostics):
        raise SpecError(compilation.diagnostics, compilation.sources)
    return compilation, compilation.ir
