"""`kakoc judges`: what each judge looks for, and how good it was on what it had not seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from kakoc.cli.build import build_aloud
from kakoc.cli.figures import figure_lines
from kakoc.cli.options import json_option, open_project, project_options


@click.command("judges")
@project_options
@json_option
def command(folder: Path | None, artifacts: Path | None, as_json: bool) -> None:
    """Print each judge's card: rubric, parts, figures with intervals, length effect."""
    from kakoc.app.cards import judge_cards

    project = open_project(folder, None, artifacts)
    cards = judge_cards(project, build_aloud(project))
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
