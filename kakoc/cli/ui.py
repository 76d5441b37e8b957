"""`kakoc ui`: MLflow's own user interface for the stages of the project."""

from __future__ import annotations

import contextlib
import webbrowser
from pathlib import Path

import click

from kakoc.cli.options import open_project, project_options
from kakoc.cli.steps import Steps


@click.command("ui")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="On 127.0.0.1."
)
@click.option("--no-open", is_flag=True, help="Open no browser.")
@project_options
def command(port: int, no_open: bool, folder: Path | None, artifacts: Path | None) -> None:
    """Start MLflow on 127.0.0.1 over the project's store, until Ctrl-C ends it.

    With MLFLOW_TRACKING_URI on another server nothing is started: its address is printed.
    """
    from kakoc.app.tracker_ui import send_first, start_ui

    project = open_project(folder, None, artifacts)
    with Steps("ui") as steps:
        steps.say("sending what waits")
        if left := send_first(project):
            steps.note(f"not in MLflow yet: {left}, kept in {project.artifacts / 'outbox'}")
        steps.say("starting MLflow")
        ui = start_ui(project, port)
    try:
        click.echo(ui.url)
        if not no_open:
            webbrowser.open(ui.url)
        with contextlib.suppress(KeyboardInterrupt):
            ui.wait()
    finally:
        ui.stop()
