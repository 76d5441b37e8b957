"""`kakoc init DIR`: a project to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Copy a starter project that checks, builds and runs."""
    from kakoc.app.starting import start_project

    names = start_project(folder)
    click.echo(f"{len(names)} files in {folder}; next:")
    for line in (f"cd {shlex.quote(str(folder))}", "kakoc check", "kakoc run"):
        click.echo(f"  {line}")
