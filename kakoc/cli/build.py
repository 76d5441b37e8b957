"""`kakoc build`: bring the build up to date and say what that took."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from kakoc.app import Project
from kakoc.app.building import BuildResult, build
from kakoc.cli.clock import today
from kakoc.cli.figures import figure_lines
from kakoc.cli.options import json_option, open_project, project_options, spec_argument

NAMED = 6
"""Rebuilt files that are listed by name."""
EVERY = 2.0
"""Seconds between two lines about the same thing."""


@click.command("build")
@spec_argument
@project_options
@json_option
def command(spec: Path | None, folder: Path | None, artifacts: Path | None, as_json: bool) -> None:
    """Compile the spec to DSPy programs, judges and prompt sheets; write only what changed."""
    project = open_project(folder, spec, artifacts)
    result = build_aloud(project)
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


def build_aloud(project: Project, quiet: bool = False) -> BuildResult:
    """Build with progress, the reason and the spec's warnings on stderr."""
    shown, spoken = "", 0.0

    def progress(text: str) -> None:
        nonlocal shown, spoken
        what, now = text.split(":")[0], time.monotonic()
        # A download reports often; one line every two seconds is enough to see it move.
        if not quiet and (what != shown or now - spoken > EVERY):
            click.echo(f"build: {text}", err=True)
            shown, spoken = what, now

    result = build(project, progress, today())
    if result.diagnostics:
        from kakoc.app.language import render

        files = {fault.span.file for fault in result.diagnostics}
        texts = {name: (project.root / name).read_bytes() for name in files}
        click.echo(render(result.diagnostics, texts, "text"), err=True)
    _say_stale(result)
    if result.changed and not quiet:
        shown = ", ".join(result.changed[:3])
        more = f" and {len(result.changed) - 3} more" if len(result.changed) > 3 else ""
        click.echo(f"build: rebuilt because of {shown}{more}", err=True)
    return result
