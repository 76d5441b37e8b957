"""`kakoc show ROLE`: the prompt as a person reads it."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakoc.cli.options import json_option, open_project, project_options
from kakoc.types import Role

if TYPE_CHECKING:
    from kakoc.app.showing import Row

ROLES: dict[str, Role] = {"persona": "persona", "seeker": "seeker", "supporter": "supporter"}


@click.command("show")
@click.argument("role", type=click.Choice(list(ROLES)))
@click.option("--persona", metavar="ID", help="Fill in this person, e.g. seeker_001.")
@click.option("--turn", type=click.IntRange(1), default=1, show_default=True, help="Which turn.")
@click.option("--care", type=float, default=0.5, show_default=True, help="The care level.")
@project_options
@json_option
def command(
    role: str,
    persona: str | None,
    turn: int,
    care: float,
    folder: Path | None,
    artifacts: Path | None,
    as_json: bool,
) -> None:
    """Print a role's prompt, each line with its place in the spec.

    With --persona it is the very prompt of one call, with the tokens of each part; turns of a
    conversation come from the latest run.
    """
    from kakoc.app.showing import prompt_of, prompt_sheet, sheet_rows, tokens

    project = open_project(folder, None, artifacts)
    if persona is None:
        if as_json:
            _print_json(sheet_rows(project, ROLES[role]))
        else:
            click.echo(prompt_sheet(project, ROLES[role]), nl=False)
        return
    found = prompt_of(project, ROLES[role], persona, turn, care)
    sizes = tokens(found.rows)
    if found.run:
        click.echo(f"person and turns as run {found.run} has them", err=True)
    if as_json:
        _print_json(found.rows)
        return
    _print(found.rows)
    total = sum(sizes.values())
    parts = ", ".join(f"{part} {size}" for part, size in sizes.items())
    click.echo(f"\nabout {total} tokens: {parts}")


def _print_json(found: list[Row]) -> None:
    from kakoc.app.showing import tokens

    click.echo(json.dumps({"lines": [asdict(row) for row in found], "tokens": tokens(found)}))


def _print(found: list[Row]) -> None:
    width = max(len(row.at) for row in found)
    for part, group in groupby(found, key=lambda row: row.part):
        click.echo(f"\n## {part}")
        for row in group:
            below = "\n" + " " * (width + 2)
            click.echo(f"{row.at:<{width}}  {row.text.replace(chr(10), below)}")
