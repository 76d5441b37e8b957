"""`kakoc judge`: scores for a file of replies, or for a stored run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakoc.app import Project
from kakoc.cli.build import build_aloud
from kakoc.cli.options import json_option, open_project, project_option
from kakoc.cli.steps import Steps

if TYPE_CHECKING:
    from kakoc.app.judging_files import Counts


@click.command("judge")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("-o", "output", type=click.Path(path_type=Path), help="Where the scores go (JSONL).")
@click.option("--run", metavar="RUN", help="Judge a stored run anew, as a run of its own.")
@click.option("--allow-remote", is_flag=True, help="Also ask judges that send texts to a model.")
@click.option("--quiet", is_flag=True, help="Nothing but errors.")
@project_option
@json_option
def command(
    file: Path | None,
    output: Path | None,
    run: str | None,
    allow_remote: bool,
    quiet: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Score the replies of FILE.jsonl, or those of a stored run.

    A row is {"id", "context": [{"role": "seeker"|"supporter", "content"}...], "response",
    "next_seeker"?, "language"?}. Its texts stay here: only counts and means are tracked.
    """
    if (file is None) == (run is None) or (file is not None and output is None):
        raise click.UsageError("give FILE.jsonl with -o OUT.jsonl, or --run RUN")
    project = open_project(folder)
    if run is not None:
        _judge_run(project, run, allow_remote, quiet, as_json)
    elif file is not None and output is not None:
        _judge_file(project, file, output, allow_remote, quiet, as_json)


def _judge_file(
    project: Project, file: Path, output: Path, allow_remote: bool, quiet: bool, as_json: bool
) -> None:
    from kakoc.app.judging import judge_file
    from kakoc.app.tracked.judged_file import facts_of
    from kakoc.cli.tracking import track_aloud

    build = build_aloud(project, quiet, as_json)
    with Steps("judge", quiet=quiet, as_json=as_json) as steps:
        steps.say("rows: 0")

        def progress(counts: Counts) -> None:
            steps.say(f"rows: {counts.rows}")

        counts = judge_file(project, build, file, output, allow_remote, progress)
    row = {
        "rows": counts.rows,
        "scored": counts.scored,
        "unscored": counts.unscored,
        "malformed": counts.malformed,
        "reasons": dict(counts.reasons.most_common()),
    }
    judged = facts_of(file, build.fingerprint, row, counts.means)
    track_aloud(project, judged, quiet=quiet, as_json=as_json)
    if as_json:
        click.echo(json.dumps(row))
        return
    click.echo(
        f"{counts.rows} rows = {counts.scored} scored + {counts.unscored} unscored"
        f" + {counts.malformed} malformed"
    )
    for reason, count in counts.reasons.most_common(10):
        click.echo(f"  {count}: {reason}")
    click.echo(str(output))


def _judge_run(project: Project, run: str, allow_remote: bool, quiet: bool, as_json: bool) -> None:
    from kakoc.app import find_run
    from kakoc.app.judging import judge_run
    from kakoc.app.tracking import Stage
    from kakoc.cli.tracking import track_aloud

    old = find_run(project.artifacts, run)
    build = build_aloud(project, quiet, as_json)
    with Steps("judge", quiet=quiet, as_json=as_json) as steps:
        manifest = judge_run(project, build, old, allow_remote, steps.conversations())
    stage = Stage("run", str(project.artifacts / "runs" / manifest["run"]))
    track_aloud(project, stage, quiet=quiet, as_json=as_json)
    if as_json:
        click.echo(json.dumps(manifest))
        return
    click.echo(f"{manifest['run']}: {manifest['variants']} variants of {old.id} judged")
    click.echo(f"  unscored {manifest['unscored']}, with a hard line crossed {manifest['unsafe']}")
    for care, scores in manifest["scores"].items():
        told = ", ".join(f"{name} {found['mean']:.2f}" for name, found in scores.items())
        click.echo(f"  care {care}: {told}")
