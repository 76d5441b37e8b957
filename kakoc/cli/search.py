"""`kakoc search`: texts of all runs by meaning, by words, or both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kakoc.cli.options import json_option, lance_option, open_project, project_options
from kakoc.cli.steps import Steps

SHOWN = ("turn", "care", "reward")


@click.command("search")
@click.argument("text")
@click.option(
    "--kind",
    type=click.Choice(["persona", "conversation", "turn", "variant"]),
    default="turn",
    show_default=True,
    help="Prose, openings, Seeker messages or Supporter replies.",
)
@click.option("--where", default="", metavar="SQL", help="Only rows like \"city = 'berlin'\".")
@click.option(
    "--by",
    "how",
    type=click.Choice(["hybrid", "vector", "text"]),
    default="hybrid",
    show_default=True,
    help="Meaning and words together, meaning alone, words alone.",
)
@click.option("--limit", "most", type=click.IntRange(1, 1000), default=10, show_default=True)
@lance_option
@project_options
@json_option
def command(
    text: str,
    kind: str,
    where: str,
    how: str,
    most: int,
    lance: str | None,
    folder: Path | None,
    artifacts: Path | None,
    as_json: bool,
) -> None:
    """Find TEXT in everything that was generated: by meaning, by words, or both.

    Runs that are not in the Lance tables yet are embedded first, which takes a while.
    """
    from kakoc.app.searching import search_texts

    project = open_project(folder, None, artifacts)
    with Steps("search", as_json=as_json) as steps:
        found = search_texts(project, text, kind, how, where, most, lance, steps.say)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for row in found:
        click.echo("\n".join(_lines(row)))
    if not found:
        click.echo("nothing found", err=True)


def _lines(row: Mapping[str, Any]) -> list[str]:
    from kakoc.cli.run_report import plain

    told = [f"{name} {row[name]:g}" for name in SHOWN if row.get(name) is not None]
    where = " · ".join([row["run"], row["id"], row["city"], *told])
    return [f"{row['score']:.3f}  {plain(where)}", f"       {plain(row['text'])}"]
