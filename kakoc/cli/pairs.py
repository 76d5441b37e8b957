"""`kakoc pairs`: preference pairs of a stored run, and what else than support predicts them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kakoc.cli.options import json_option, open_project, project_options


@click.command("pairs")
@click.argument("run", default="latest")
@click.option(
    "--length-matched",
    "matched",
    is_flag=True,
    help="Leave out pairs until the longer reply wins half of the time.",
)
@click.option("--force", is_flag=True, help="Exit 0 although a rule that knows nothing predicts.")
@project_options
@json_option
def command(
    run: str, matched: bool, force: bool, folder: Path | None, artifacts: Path | None, as_json: bool
) -> int:
    """Make the preference pairs of a run anew, from what its judges said then."""
    from kakoc.app import find_run
    from kakoc.app.running import pair_run
    from kakoc.app.tracking import Stage
    from kakoc.cli.tracking import track_aloud

    project = open_project(folder, None, artifacts)
    found = find_run(project.artifacts, run)
    counts = pair_run(project, found, matched)
    if as_json:
        click.echo(json.dumps({"run": found.id, **counts}))
    else:
        _print(found.id, counts)
        click.echo(str(found.path / "preferences.jsonl"))
    track_aloud(project, Stage("pairs", str(found.path)), as_json=as_json)
    return _verdict(counts, force)


def _print(run: str, counts: dict[str, Any]) -> None:
    parts = f"{counts['pairs']} pairs + {counts['ties']} ties + {counts['dropped']} dropped"
    click.echo(f"{run}: {counts['planned']} = {parts}")
    for reason, count in counts["drops"].items():
        click.echo(f"  dropped {count}: {reason}")
    for name, row in counts["baselines"].items():
        if row["pairs"]:
            interval = f"{row['share']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
            where = f"{row['pairs']} pairs of {row['cities']} {row['measured_on']}"
            click.echo(f"  {name.replace('_', ' ')} predicts {interval} of {where}")


def _verdict(counts: dict[str, Any], force: bool) -> int:
    """1 where the spec refuses pairs that a rule without understanding predicts."""
    if not counts["confounded"]:
        return 0
    named = " and ".join(name.replace("_", " ") for name in counts["confounded"])
    click.echo(f"kakoc: {named} predicts too many of these pairs", err=True)
    click.echo("  help: --length-matched, or change what the care levels ask for", err=True)
    return 1 if counts["policy"] == "refuse" and not force else 0
