"""`kakoc import`: data that others made, as a run that our commands can read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kakoc.cli.options import json_option, open_project, project_options


@click.group("import")
def command() -> None:
    """Read data that others made into a run."""


@command.command("kakoverse")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", required=True, metavar="RUN", help="Name of the run, or a path.")
@project_options
@json_option
def kakoverse(
    source: Path, out: str, folder: Path | None, artifacts: Path | None, as_json: bool
) -> None:
    """Read a checkout of the published KAKOverse prototype."""
    from kakoc.app.importing import import_kakoverse
    from kakoc.app.tracking import Stage
    from kakoc.cli.tracking import track_aloud

    project = open_project(folder, None, artifacts)
    made = import_kakoverse(project, source, out)
    track_aloud(project, Stage("run", str(made.folder.path)), as_json=as_json)
    told = made.manifest
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(str(made.folder.path))
    variants = told["variants"]
    click.echo(
        f"{told['files']} files: {told['personas']} personas, {told['counts']['planned']}"
        f" conversations, {told['turns']} turns, {variants['ok']} of {variants['planned']} replies;"
        f" {told['failures']} failures",
        err=True,
    )
