"""`kakoc show ROLE`: the prompt as a person reads it."""

from __future__ import annotations

from pathlib import Path

import click

from kakoc.cli.options import open_project, project_option
from kakoc.types import Role


@click.command("show")
@click.argument("role", type=click.Choice(["persona", "seeker", "supporter"]))
@project_option
def command(role: Role, folder: Path | None) -> None:
    """Print a role's prompt, each line with its place in the spec."""
    from kakoc.app.showing import prompt_sheet

    click.echo(prompt_sheet(open_project(folder), role), nl=False)
