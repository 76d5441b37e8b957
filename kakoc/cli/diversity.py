"""`kakoc diversity`: how unlike each other the texts of a run are, and whether that is enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kakoc.cli.options import json_option, lance_option, open_project, project_options
from kakoc.cli.steps import Steps


@click.command("diversity")
@click.argument("run", default="latest", metavar="[RUN]")
@click.option(
    "--against", multiple=True, metavar="RUN", help="Compare with that run too: neighbours, drift."
)
@lance_option
@project_options
@json_option
def command(
    run: str,
    against: tuple[str, ...],
    lance: str | None,
    folder: Path | None,
    artifacts: Path | None,
    as_json: bool,
) -> int:
    """Measure the texts of RUN: near-duplicates, Vendi score, similarity, repetition, coverage.

    They are embedded into Lance tables first. Exits 1 if a figure is below its floor in
    spec/diversity.yaml.
    """
    from kakoc.app.diversity import measure_run

    project = open_project(folder, None, artifacts)
    with Steps("diversity", as_json=as_json) as steps:
        found = measure_run(project, run, against, lance, steps.say)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        from kakoc.cli.diversity_tables import print_diversity

        print_diversity(found)
    return _verdict(found)


def _verdict(found: dict[str, Any]) -> int:
    for fallen in found["below"]:
        click.echo(
            f"kakoc: {fallen['figure']} of the {fallen['kind']} texts is {fallen['value']:.2f}, "
            f"below the floor of {fallen['floor']:.2f}",
            err=True,
        )
    if not found["below"]:
        return 0
    click.echo("  help: look at the near-duplicates; floors stand in spec/diversity.yaml", err=True)
    return 1
