"""`kakoc preview`: what a run would cost, and what its models would be sent, before it is paid."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakoc.cli.options import asking_options, json_option, open_project, project_option

if TYPE_CHECKING:
    from kakoc.app.previewing import Preview, Sent


@click.command("preview")
@click.option(
    "-n",
    "rehearse",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="People to rehearse.",
)
@asking_options
@project_option
@json_option
def command(
    rehearse: int,
    folder: Path | None,
    profile: str,
    personas: int | None,
    turns: int | None,
    lookahead: bool | None,
    seed: int,
    lms: tuple[str, ...],
    api_base: str | None,
    as_json: bool,
) -> None:
    """Say what a run would cost by role, and show one whole turn; no model is called.

    -n people are rehearsed with answers as long as they may be; the others are taken to be alike.
    """
    from kakoc.app.asking import Overrides
    from kakoc.app.previewing import preview

    overrides = Overrides({"personas": personas, "turns": turns, "lookahead": lookahead})
    project = open_project(folder)
    found = preview(project, profile, overrides, rehearse, seed, lms, api_base)
    if as_json:
        told = {**asdict(found), "profile": found.profile.model_dump(mode="json")}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _print_costs(found)
    for sent in found.turn:
        _print_sent(found.persona, sent)


def _print_costs(found: Preview) -> None:
    profile = found.profile
    looking = ", look-ahead" if profile.lookahead else ""
    click.echo(
        f"profile {profile.name}: {profile.personas} people x {profile.turns} turns{looking}, "
        f"best of {profile.best_of}\n"
    )
    head = ("role", "model", "calls", "prompt tokens", "completion tokens", "cost")
    lines = [
        (one.role, one.model, one.calls, one.prompt, one.completion, _money(one.cost))
        for one in found.costs
    ]
    paid = [one.cost for one in found.costs if one.cost is not None]
    sums = [sum(column) for column in zip(*(line[2:5] for line in lines), strict=True)]
    total = _money(sum(paid)) if len(paid) == len(lines) else "-"
    table = [tuple(map(str, row)) for row in (head, *lines, ("all", "", *sums, total))]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        texts = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        texts += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        click.echo("  ".join(texts).rstrip())
    click.echo(f"\n{_notes(found)}")


def _notes(found: Preview) -> str:
    from kakoc.app.showing import CHARS_PER_TOKEN

    exact = (
        "exact but for what is drawn again"
        if found.profile.exact_turns
        else "those of conversations that have all their turns (`ready_to_close` may end one from "
        f"turn {found.profile.min_turns} on), without what is drawn again"
    )
    return (
        f"calls: {exact}\n"
        f"tokens: estimates from {found.rehearsed} of {found.profile.personas} people, at "
        f"{CHARS_PER_TOKEN} characters a token, every answer as long as it may be\n"
        "cost: `price` of spec/models.yaml; - where a model has none\n"
        "journal: not considered; a run makes no call again that it already answers"
    )


def _money(cost: float | None) -> str:
    return "-" if cost is None else f"{cost:.4f}"


def _print_sent(persona: str, sent: Sent) -> None:
    care = "" if sent.care is None else f", care level {sent.care:g}"
    click.echo(f"\n=== {persona}, turn 1: what the {sent.role} is sent{care}")
    for message in sent.messages:
        click.echo(f"\n--- {message['role']}\n{message['content']}")
