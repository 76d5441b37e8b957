"""`kakoc replay`: the same run again, from the journal alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from kakoc.cli.options import open_project, project_options
from kakoc.cli.steps import Steps


@click.command("replay")
@click.argument("run", default="latest")
@project_options
def command(run: str, folder: Path | None, artifacts: Path | None) -> int:
    """Rebuild a run from the journal, offline, and compare it byte for byte."""
    from kakoc.app import find_run
    from kakoc.app.running import replay

    project = open_project(folder, None, artifacts)
    found = find_run(project.artifacts, run)
    with tempfile.TemporaryDirectory(prefix="kakoc-") as scratch, Steps("replay") as steps:
        different = replay(project, found, Path(scratch) / found.id, steps.conversations())
    if different:
        click.echo(f"{found.id}: differs in {', '.join(different)}")
        return 1
    click.echo(f"{found.id}: the same, byte for byte")
    return 0
