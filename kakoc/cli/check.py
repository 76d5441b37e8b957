"""`kakoc check`: diagnostics, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakoc.cli.clock import today
from kakoc.cli.options import open_project, project_option, spec_argument

if TYPE_CHECKING:
    from kakoc.app.language import Format


@click.command("check")
@spec_argument
@project_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
def command(spec: Path | None, folder: Path | None, form: Format) -> int:
    """Find every fault of the spec, all at once; run nothing."""
    from kakoc.app.checking import check
    from kakoc.app.language import render
    from kakoc.diagnostics import has_errors

    project = open_project(folder, spec)
    compilation = check(project, today=today())
    faults = compilation.diagnostics
    text = render(faults, compilation.sources, form)
    if text:
        click.echo(text)
    if form == "text":
        errors = sum(fault.severity == "error" for fault in faults)
        counts = _count(errors, "error"), _count(len(faults) - errors, "warning")
        click.echo(", ".join(counts), err=True)
    return 1 if has_errors(faults) else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
