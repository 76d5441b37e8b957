"""`kakoc judges`: what each judge looks for, and how good it was on what it had not seen.

A judge that asks a model was never fitted; `--measure` says how good it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from kakoc.app import Project
from kakoc.cli.build import build_aloud
from kakoc.cli.figures import figure_lines, measured_lines
from kakoc.cli.options import json_option, open_project, project_options
from kakoc.cli.steps import Steps


@click.command("judges")
@click.option("--measure", is_flag=True, help="Put labelled examples to judges that ask a model.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="With --measure: at most N examples a judge, in whole groups (60).",
)
@project_options
@json_option
def command(
    measure: bool, limit: int | None, folder: Path | None, artifacts: Path | None, as_json: bool
) -> None:
    """Print each judge's card: rubric, parts, figures with intervals, length effect.

    With --measure: how well each judge that asks a model agrees with the labels of the spec's
    examples, and what else moves its scores. Its calls are journalled: measuring again is free.
    """
    if limit is not None and not measure:
        raise click.UsageError("--limit goes with --measure")
    project = open_project(folder, None, artifacts)
    if measure:
        _measure(project, limit, as_json)
        return
    from kakoc.app.cards import judge_cards

    cards = judge_cards(project, build_aloud(project, as_json=as_json))
    if as_json:
        click.echo(json.dumps(cards))
        return
    for card in cards:
        click.echo("\n".join([*lines(card), ""]))


def lines(card: dict[str, Any]) -> Iterator[str]:
    """A card as a person reads it."""
    weight = f", weight {card['weight']:g}" if card["weight"] else ""
    yield f"{card['name']}  ({card['use_for']}{weight}; reads {card['reads']}; {card['use']})"
    yield f"  {card['rubric']}"
    yield f"  languages: {', '.join(card['languages'])}; others are left unscored"
    if "examples" not in card:
        return
    authors = ", ".join(card["authors"])
    yield f"  fitted on {card['examples']} examples in {card['groups']} groups by {authors}"
    yield from figure_lines(card)


def _measure(project: Project, limit: int | None, as_json: bool) -> None:
    from kakoc.app.measuring import LIMIT, measure_judges

    build = build_aloud(project, as_json=as_json)
    with Steps("judges", as_json=as_json) as steps:

        def progress(judge: str, done: int, of: int) -> None:
            steps.say(f"{judge}: read {done} of {of} examples")

        found, others = measure_judges(project, build, limit or LIMIT, progress)
    _say_left_out(others, bool(found))
    rows = [measurement.model_dump(mode="json") for measurement in found]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("\n".join([*measured_lines(row), ""]))


def _say_left_out(others: Sequence[str], any_measured: bool) -> None:
    if not any_measured:
        click.echo("judges: none of this spec asks a model, so none is measured", err=True)
    if others:
        named = ", ".join(others)
        click.echo(
            f"judges: not measured, for they ask no model: {named};"
            " `kakoc judges` prints the figures of those that were fitted",
            err=True,
        )
