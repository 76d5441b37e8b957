"""`kakoc pairs`: preference pairs of a stored run."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kakoc.cli.options import json_option, open_project, project_options


@click.command("pairs")
@click.argument("run", default="latest")
@project_options
@json_option
def command(run: str, folder: Path | None, artifacts: Path | None, as_json: bool) -> None:
    """Make the preference pairs of a run anew, from what its judges said then."""
    from kakoc.app import find_run
    from kakoc.app.running import pair_run

    project = open_project(folder, None, artifacts)
    found = find_run(project.artifacts, run)
    pairs = pair_run(project, found)
    row = {
        "run": found.id,
        "planned": pairs.planned,
        "pairs": len(pairs.pairs),
        "ties": pairs.ties,
        "drops": dict(sorted(pairs.drops.items())),
    }
    if as_json:
        click.echo(json.dumps(row))
        return
    dropped = sum(pairs.drops.values())
    parts = f"{len(pairs.pairs)} pairs + {pairs.ties} ties + {dropped} dropped"
    click.echo(f"{found.id}: {pairs.planned} = {parts}")
    for reason, count in sorted(pairs.drops.items()):
        click.echo(f"  dropped {count}: {reason}")
    click.echo(str(found.path / "preferences.jsonl"))
