"""`kakoc runs`: which runs there are; `runs show RUN`: one of them; `runs compare A B`: two."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kakoc.cli.options import json_option, open_project, project_options

HEADS = (
    *("run", "begun", "profile", "status", "people", "ok/failed/rejected"),
    *("pairs", "calls", "tokens", "seconds"),
)
TEXTS = ("run", "begun", "profile", "status")
SPARED = ("profile", "people", "calls", "tokens", "seconds")
"""Columns that a window narrower than `WHOLE` does without."""
WHOLE = 125


@click.group("runs", invoke_without_command=True)
@project_options
@json_option
@click.pass_context
def command(
    context: click.Context, folder: Path | None, artifacts: Path | None, as_json: bool
) -> None:
    """List the runs of the project, newest first; `runs show RUN` shows one of them.

    Calls are those made and those that the journal answered. A run that was put elsewhere with
    --out is not in the list; `runs show` takes its path.
    """
    context.obj = (folder, artifacts, as_json)
    if context.invoked_subcommand is None:
        _list(folder, artifacts, as_json)


@command.command("show")
@click.argument("run")
@project_options
@json_option
@click.pass_context
def show(
    context: click.Context, run: str, folder: Path | None, artifacts: Path | None, as_json: bool
) -> None:
    """Show one run (RUN is an id, a path, or `latest`): what was asked and what came of it."""
    from kakoc.app.inspecting import inspect_run
    from kakoc.cli.run_report import print_run

    before = context.obj  # options may stand before `show` as well
    project = open_project(folder or before[0], None, artifacts or before[1])
    found = inspect_run(project, run)
    if as_json or before[2]:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        print_run(found)


@command.command("compare")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@project_options
@json_option
@click.pass_context
def compare(
    context: click.Context,
    one: str,
    other: str,
    folder: Path | None,
    artifacts: Path | None,
    as_json: bool,
) -> None:
    """Compare two runs: parameters that differ, metrics side by side, words of the prompts."""
    from kakoc.app.comparing_runs import compare_runs
    from kakoc.cli.compare_tables import print_comparison

    before = context.obj
    project = open_project(folder or before[0], None, artifacts or before[1])
    found = compare_runs(project, one, other)
    if as_json or before[2]:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print_comparison(found)


def _list(folder: Path | None, artifacts: Path | None, as_json: bool) -> None:
    from kakoc.app.inspecting import overview

    rows, damaged = overview(open_project(folder, None, artifacts))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif rows:
        _print(rows)
    else:
        click.echo("no run yet; make one with `kakoc run`", err=True)
    for one in damaged:
        click.echo(f"kakoc: run {one.id} cannot be read: {one.reason}", err=True)


def _print(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from kakoc.cli.run_report import console, plain

    screen = console()
    heads = [name for name in HEADS if screen.width >= WHOLE or name not in SPARED]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in heads:
        table.add_column(name, justify="left" if name in TEXTS else "right", no_wrap=True)
    for row in rows:
        cells = _cells(row)
        table.add_row(*(Text(plain(cells[name])) for name in heads))
    screen.print(table)


def _cells(row: dict[str, Any]) -> dict[str, str]:
    """The text of each column."""
    from kakoc.cli.run_report import local_time

    held = row["conversations"]
    return {
        "run": row["id"],
        "begun": local_time(row["when"]),
        "profile": row["profile"] or "-",
        "status": row["status"],
        "people": str(row["personas"]),
        "ok/failed/rejected": f"{held['ok']}/{held['failed']}/{held['rejected']}",
        **{name: _number(row[name]) for name in ("pairs", "calls", "tokens", "seconds")},
    }


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
