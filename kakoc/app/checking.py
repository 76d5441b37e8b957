"""`check`: a spec's faults, all at once, without running a line of its code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kakoc.diagnostics import has_errors
from kakoc.errors import SpecError
from kakoc.ir import Ir
from kakoc.judging import example_faults, risk_faults
from kakoc.lang import Compilation, ExtraPass, compile_spec
from kakoc.lang.verified import verified
from kakoc.plan import circumstance_faults
from kakoc.project import Project


def check(
    project: Project, extra: Sequence[ExtraPass] = (), today: date | None = None
) -> Compilation:
    """Compile the spec, run its safety examples through its rules, try its circumstances.

    Args:
        extra: further checks, such as those of a build, which looks at code too.
        today: the day from which the age of resources is seen; None: it is not looked at, and the
            answer follows from the spec's bytes alone.
    """
    dated = () if today is None else (verified(today),)
    own = (example_faults, risk_faults, circumstance_faults)
    return compile_spec(project.root, project.spec, extra=(*own, *dated, *extra))


def checked(
    project: Project, extra: Sequence[ExtraPass] = (), today: date | None = None
) -> tuple[Compilation, Ir]:
    """As `check`, for callers that need an IR.

    Raises:
        SpecError: the spec has errors; it carries the diagnostics.
    """
    compilation = check(project, extra, today)
    if compilation.ir is None or has_errors(compilation.diagnostics):
        raise SpecError(compilation.diagnostics, compilation.sources)
    return compilation, compilation.ir
