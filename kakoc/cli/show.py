"""`kakoc show ROLE`: the prompt as a person reads it."""

from __future__ import annotations

from pathlib import Path

import click

from kakoc.cli.options import open_project, project_option


@click.command("show")
@click.argument("role", type=click.Choice(["persona", "seeker", "supporter"]))
@project_option
def command(role: str, folder: Path | None) -> None:
    """Print a role's prompt, each line with its place in the spec."""
    from kakoc.app.checking import checked
    from kakoc.emit import ROLES, sheet

    _, ir = checked(open_project(folder))
    click.echo(sheet(ir, next(name for name in ROLES if name == role)), nl=False)
