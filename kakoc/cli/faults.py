"""How faults are printed: the spec's to the user, ours with what a report needs."""

from __future__ import annotations

import platform
import sys
import traceback
from importlib import metadata

import click

from kakoc.diagnostics import Diagnostic
from kakoc.errors import SpecError


def print_spec_error(error: SpecError) -> int:
    """Print the diagnostics an aborted command collected; the exit code is 1."""
    from kakoc.app.language import render

    faults = tuple(fault for fault in error.diagnostics if isinstance(fault, Diagnostic))
    click.echo(render(faults, error.sources, "text"), err=True)
    return 1


def print_bug() -> int:
    """A traceback and what to send with it; the exit code is 2."""
    traceback.print_exc()
    about = f"kakoc {metadata.version('kakoc')}, Python {platform.python_version()}, {sys.platform}"
    click.echo(
        f"\nkakoc: this is a bug of kakoc, please report it with the lines above ({about})",
        err=True,
    )
    return 2
