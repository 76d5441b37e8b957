"""`kakoc diff`: what an edit does, before it is paid for."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakoc.cli.options import json_option, open_project, project_options

if TYPE_CHECKING:
    from kakoc.app.comparing import Difference, LineChange


@click.command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@project_options
@click.option("--profile", default="full", show_default=True, help="Whose plan is estimated.")
@json_option
def command(
    old: str | None,
    new: str | None,
    folder: Path | None,
    artifacts: Path | None,
    profile: str,
    as_json: bool,
) -> None:
    """Compare two builds, or the newest build with the files: prompts, people, calls."""
    from kakoc.app.comparing import compare

    found = compare(open_project(folder, None, artifacts), old, new, profile)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    click.echo(f"{found.old} -> {found.new}")
    if found.empty:
        click.echo("no difference in meaning")
        return
    _print_prompts(found)
    _print_rest(found, profile)


def word_diff(before: str, after: str) -> str:
    """Both texts in one line, as `git diff --word-diff` shows it: [-gone-] and {+came+}."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            parts.append(gone)
        else:
            parts += [f"[-{gone}-]" if gone else "", f"{{+{came}+}}" if came else ""]
    return "".join(parts)


def _print_prompts(found: Difference) -> None:
    for role, parts in found.roles.items():
        changes = found.prompts[role]
        if parts or changes:
            click.echo(f"\n{role}: {', '.join(parts) or 'places only'}")
        for change in changes:
            click.echo(_shown(change))


def _shown(change: LineChange) -> str:
    return f"  {change.at or change.part}: {word_diff(change.before, change.after)}"


def _print_rest(found: Difference, profile: str) -> None:
    click.echo("")
    if found.rules:
        click.echo(f"rules: {', '.join(found.rules)}")
    if found.judges:
        click.echo(f"judges: {', '.join(found.judges)}")
    click.echo(f"people of profile {profile}: {found.personas} of {found.planned} differ")
    click.echo(
        f"to make again: {found.conversations} conversations, {found.pairs} head-to-heads, "
        f"{found.calls} calls and one more for each draw that is refused"
    )
    for role, parts in found.stale.items():
        click.echo(f"stale: the promoted prompt of {role} ({', '.join(parts)} changed)")
