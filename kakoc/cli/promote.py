"""`kakoc promote`: use the prompt that a search found, or stop using it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kakoc.cli.options import json_option, open_project, project_options

if TYPE_CHECKING:
    from kakoc.app import Project
    from kakoc.app.promoted_files import Change


@click.command("promote")
@click.argument("run", required=False)
@project_options
@click.option("--force", is_flag=True, help="Although something speaks against it.")
@click.option(
    "--undo",
    "taken_back",
    type=click.Choice(["supporter", "seeker", "persona"]),
    metavar="ROLE",
    help="Take the last promotion of this role back.",
)
@json_option
def command(
    run: str | None,
    folder: Path | None,
    artifacts: Path | None,
    force: bool,
    taken_back: Any,
    as_json: bool,
) -> None:
    """Write the best prompt of the search RUN (an id, a path, `latest`) to optimizers/promoted/.

    It is refused unless the gain on held-out cities is above noise, the held-out judge does not
    fall, and no hard line is crossed more often. The next build uses it; `kakoc diff` shows it.
    """
    if (run is None) == (taken_back is None):
        raise click.UsageError("give a RUN, or --undo ROLE")
    project = open_project(folder, None, artifacts)
    change = _changed(project, run, force, taken_back)
    _track(project, change, as_json)
    if as_json:
        told = {"role": change.role, "promoted": change.is_there, "refusals": change.refusals}
        click.echo(json.dumps({**told, "path": str(change.path)}))
        return
    for reason in change.refusals:
        click.echo(f"kakoc: promoted all the same: {reason}", err=True)
    state = "is" if change.is_there else "is no longer"
    click.echo(f"a prompt of {change.role} {state} promoted: {change.path}")
    click.echo("`kakoc diff` shows what that changes, `kakoc build` uses it", err=True)


def _track(project: Project, change: Change, as_json: bool) -> None:
    from kakoc.app.tracking import Stage
    from kakoc.cli.tracking import track_aloud

    track_aloud(project, Stage("promoted", change.role), as_json=as_json)


def _changed(project: Project, run: str | None, force: bool, taken_back: Any) -> Change:
    from kakoc.app.promoted_files import promote_run, undo

    return promote_run(project, run, force) if run is not None else undo(project, taken_back)
