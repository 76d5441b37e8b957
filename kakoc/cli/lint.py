"""`kakoc lint`: what is wrong with personas and conversations, ours or imported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from kakoc.cli.options import open_project, project_options

if TYPE_CHECKING:
    from kakoc.app.linting import Finding, Linted

MOST_SHOWN = 5
"""Findings of one code in the text output; JSON holds all."""
WORST_FIRST = ("error", "warning", "rate")


@click.command("lint")
@click.argument("target", default="latest", metavar="[RUN|DIR]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@project_options
def command(
    target: str, form: Literal["text", "json"], folder: Path | None, artifacts: Path | None
) -> int:
    """Find what is wrong with the personas and conversations of a run, or of a folder of the
    KAKOverse prototype, card by card and as a corpus."""
    from kakoc.app.linting import lint_data

    linted = lint_data(open_project(folder, None, artifacts), target)
    if form == "json":
        click.echo(json.dumps(linted.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(linted)))
    return 1 if linted.counts["error"] else 0


def _lines(linted: Linted) -> Iterator[str]:
    by_code = [list(found) for _, found in groupby(linted.findings, key=lambda f: f.code)]
    for findings in sorted(by_code, key=_badness):
        yield from _block(findings)
    checked = ", ".join(f"{count} {name}" for name, count in linted.checked.items())
    counts = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in linted.counts.items())
    yield f"{checked}: {counts}"


def _badness(findings: list[Finding]) -> tuple[int, int, str]:
    worst = min(WORST_FIRST.index(finding.severity) for finding in findings)
    return worst, -sum(finding.count or 1 for finding in findings), findings[0].code


def _block(findings: list[Finding]) -> Iterator[str]:
    """One code: its title, some findings, what to do."""
    from kakoc.app.language import LINT_CODES

    worst = min((finding.severity for finding in findings), key=WORST_FIRST.index)
    entry = LINT_CODES[findings[0].code]
    many = f" ({len(findings)})" if len(findings) > 1 else ""
    yield f"{worst} {entry.code}: {entry.title}{many}"
    for finding in findings[:MOST_SHOWN]:
        yield f"  {finding.subject}: {finding.message}"
        yield from (f"    {example}" for example in finding.examples)
    if len(findings) > MOST_SHOWN:
        yield f"  and {len(findings) - MOST_SHOWN} more"
    yield f"  help: {entry.hint}\n"
