"""How faults are printed: the spec's to the user, ours with what a report needs."""

from __future__ import annotations

import platform
import sys
import traceback
from importlib import metadata
from pathlib import Path

import click

from kakoc.diagnostics import Diagnostic
from kakoc.errors import SpecError


def print_spec_error(error: SpecError) -> int:
    """Print the diagnostics an aborted command collected; the exit code is 1."""
    faults = tuple(fault for fault in error.diagnostics if isinstance(fault, Diagnostic))
    click.echo(rendered(faults, Path.cwd(), "text"), err=True)
    return 1


def rendered(faults: tuple[Diagnostic, ...], root: Path, form: str) -> str:
    """Diagnostics as text, with the source lines they point at."""
    from kakoc.lang.render import render

    texts = {}
    for name in {fault.span.file for fault in faults}:
        path = root / name
        texts[name] = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return render(faults, texts, form)


def print_bug() -> int:
    """A traceback and what to send with it; the exit code is 2."""
    traceback.print_exc()
    about = f"kakoc {metadata.version('kakoc')}, Python {platform.python_version()}, {sys.platform}"
    click.echo(
        f"\nkakoc: this is a bug of kakoc, please report it with the lines above ({about})",
        err=True,
    )
    return 2
