"""`kakoc build`: bring the build up to date and say what that took."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import click

from kakoc.app import Project
from kakoc.app.building import BuildResult, build
from kakoc.cli.clock import today
from kakoc.cli.figures import figure_lines
from kakoc.cli.options import json_option, open_project, project_options, spec_argument
from kakoc.cli.steps import Steps

NAMED = 6
"""Rebuilt files that are listed by name."""


@click.command("build")
@spec_argument
@project_options
@json_option
def command(spec: Path | None, folder: Path | None, artifacts: Path | None, as_json: bool) -> None:
    """Compile the spec to DSPy programs, judges and prompt sheets; write only what changed."""
    project = open_project(folder, spec, artifacts)
    begun = time.monotonic()
    result = build_aloud(project, as_json=as_json)
    if result.written:
        from kakoc.cli.tracking import track_aloud

        track_aloud(project, seconds=time.monotonic() - begun, as_json=as_json)
    if as_json:
        click.echo(
            json.dumps({**result.manifest, "changed": result.changed, "written": result.written})
        )
        return
    if not result.written:
        click.echo(f"build {result.fingerprint} is up to date")
        return
    count = len(result.manifest["files"])
    click.echo(f"build {result.fingerprint}: {_written(result.written, count)}")
    click.echo(f"  {result.folder}")
    for name, found in result.manifest["judges"].items():
        click.echo(f"  judge {name}: {found['examples']} examples in {found['groups']} groups")
        click.echo("\n".join(figure_lines(found)))


def _written(paths: list[str], count: int) -> str:
    """What was rebuilt, by name where that is short."""
    if len(paths) == count:
        return f"{count} files"
    named = ", ".join(paths) if len(paths) <= NAMED else f"{', '.join(paths[:NAMED])}, ..."
    return f"{len(paths)} of {count} files changed: {named}"


def _say_stale(result: BuildResult) -> None:
    for role, found in result.manifest["promoted"].items():
        if found["stale_because_of"]:
            parts = ", ".join(found["stale_because_of"])
            text = f"the promoted prompt of {role} is stale ({parts} changed): kept, not loaded"
            click.echo(f"build: {text}", err=True)


def build_aloud(project: Project, quiet: bool = False, as_json: bool = False) -> BuildResult:
    """Build with progress, the reason and the spec's warnings on stderr."""
    with Steps("build", quiet=quiet, as_json=as_json) as steps:
        result = build(project, steps.say, today())
        if result.changed:
            steps.note(f"rebuilt because of {_few(result.changed)}")
    if result.written:
        from kakoc.app.tracking import Stage, keep

        keep(project, Stage("build", result.fingerprint))
    if not quiet:
        _warn(project, result)
    return result


def _few(changed: Sequence[str]) -> str:
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"{', '.join(changed[:3])}{more}"


def _warn(project: Project, result: BuildResult) -> None:
    """What is wrong and yet no reason not to build."""
    if result.diagnostics:
        from kakoc.app.language import render

        files = {fault.span.file for fault in result.diagnostics}
        texts = {name: (project.root / name).read_bytes() for name in files}
        click.echo(render(result.diagnostics, texts, "text"), err=True)
    _say_stale(result)
