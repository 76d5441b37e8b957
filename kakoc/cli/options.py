"""Options that several commands share, and the project they lead to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kakoc.app import Project, find_project

F = TypeVar("F", bound=Callable[..., Any])

spec_argument = click.argument(
    "spec", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
project_option = click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Project folder; default: the nearest parent with spec/.",
)
artifacts_option = click.option(
    "-o",
    "--artifacts",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where everything built goes; default: artifacts/ of the project.",
)
lance_option = click.option(
    "--lance",
    envvar="KAKOC_LANCE",
    metavar="URI",
    help="Where the Lance tables of texts lie: a folder or s3://bucket/folder; default: "
    "artifacts/lance, or what KAKOC_LANCE says.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def project_options(command: F) -> F:
    """--project and -o."""
    return project_option(artifacts_option(command))


def asking_options(command: F) -> F:
    """What is to be run: shared by `run`, `generate` and `preview`."""
    for option in reversed(
        (
            click.option(
                "--profile", default="quick", show_default=True, help="Entry of spec/profiles.yaml."
            ),
            click.option("--personas", type=click.IntRange(1), help="How many people."),
            click.option("--turns", type=click.IntRange(1, 40), help="Exactly this many turns."),
            click.option(
                "--lookahead/--no-lookahead", default=None, help="The Seeker answers each variant."
            ),
            click.option(
                "--seed", type=int, default=1, show_default=True, help="Seed of the model calls."
            ),
            click.option(
                "--lm",
                "lms",
                multiple=True,
                metavar="[ROLE=]NAME",
                help="Model of all roles or one.",
            ),
            click.option("--api-base", metavar="URL", help="Base URL of the chosen http models."),
        )
    ):
        command = option(command)
    return command


def generation_options(command: F) -> F:
    """What `run` and `generate` share."""
    for option in reversed(
        (
            asking_options,
            click.option(
                "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the run."
            ),
            click.option("--max-calls", type=click.IntRange(1), help="Stop before another call."),
            click.option("--max-tokens", type=click.IntRange(1), help="Prompt and completion."),
            click.option(
                "--max-cost",
                type=click.FloatRange(0, min_open=True),
                help="In the currency of the models' prices.",
            ),
            click.option(
                "--max-seconds", type=click.FloatRange(0, min_open=True), help="Of generation."
            ),
            click.option(
                "--accept",
                type=click.IntRange(1),
                help="Go on over the plan until so many conversations are ok; at most 4 rows of it "
                "for each, or --personas if that is more.",
            ),
            click.option(
                "--against",
                multiple=True,
                metavar="RUN",
                help="Draw again what is too close to a text of that run, too.",
            ),
            click.option(
                "--engine",
                type=click.Choice(["local", "ray"]),
                default="local",
                show_default=True,
                help="Hold conversations in this process, or on a Ray cluster.",
            ),
            click.option("--address", metavar="A", help="Of the Ray cluster; else a new one here."),
            click.option(
                "--lance",
                metavar="URI",
                help="Also write Lance tables there; with --engine ray always, artifacts/lance.",
            ),
            click.option("--quiet", is_flag=True, help="Nothing but errors."),
            json_option,
        )
    ):
        command = option(command)
    return command


def open_project(
    folder: Path | None, spec: Path | None = None, artifacts: Path | None = None
) -> Project:
    """The project that the options mean."""
    return find_project(folder or Path.cwd(), spec, artifacts)
