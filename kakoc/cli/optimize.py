"""`kakoc optimize`: search a role's prompt against the judges, and say what it is worth."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kakoc.cli.build import build_aloud
from kakoc.cli.options import json_option, open_project, project_options


@click.command("optimize")
@click.argument("role", type=click.Choice(["supporter", "seeker", "persona"]))
@project_options
@click.option("--recipe", required=True, metavar="NAME", help="A file of optimizers/.")
@click.option("--run", metavar="RUN", help="Whose conversations; default: the newest with enough.")
@click.option("--budget", type=click.IntRange(1), metavar="CALLS", help="Calls of the search.")
@click.option("--max-cost", type=click.FloatRange(0, min_open=True), help="Of all paid calls.")
@click.option("--max-seconds", type=click.FloatRange(0, min_open=True), help="Of the search.")
@click.option("--reflector", metavar="NAME", help="Model that writes instructions.")
@click.option("--lm", "lms", multiple=True, metavar="[ROLE=]NAME", help="Model of the role.")
@click.option("--api-base", metavar="URL", help="Base URL of the chosen http models.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the optimizer.")
@click.option(
    "--rollout",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    metavar="PEOPLE",
    help="Held-out people with whom short conversations confirm it.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
def command(
    role: Any,
    folder: Path | None,
    artifacts: Path | None,
    recipe: str,
    run: str | None,
    budget: int | None,
    max_cost: float | None,
    max_seconds: float | None,
    reflector: str | None,
    lms: tuple[str, ...],
    api_base: str | None,
    seed: int,
    rollout: int,
    quiet: bool,
    as_json: bool,
) -> int:
    """Search the prompt of ROLE with a recipe, on turns of a stored run.

    The best prompt is measured on cities that the search never saw, and by a judge that it never
    heard. Ctrl-C ends the search and measures the best so far; the same command goes on later.
    """
    project = open_project(folder, None, artifacts)
    build = build_aloud(project, quiet)
    from kakoc.app.optimizing import Wanted, optimize
    from kakoc.app.running import Limits
    from kakoc.app.tracking import Stage
    from kakoc.cli.effect_table import print_search
    from kakoc.cli.tracking import track_aloud

    wanted = Wanted(role, recipe, run, budget, seed, lms, api_base, reflector, rollout)
    limits = Limits(seconds=max_seconds, cost=max_cost)
    found = optimize(project, build, wanted, Teller(quiet).notify, limits)
    track_aloud(
        *(project, Stage("run", str(found.folder.path))),
        seconds=found.manifest["seconds"],
        quiet=quiet,
        as_json=as_json,
    )
    if as_json:
        click.echo(json.dumps(found.manifest, ensure_ascii=False))
    else:
        print_search(found.manifest)
        click.echo(f"\n{found.folder.path}")
    return 130 if found.manifest["search"]["ended"] == "interrupted" else 0


class Teller:
    """Says on stderr what a search comes to; optimizers' own talk is not heard."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._screen = sys.stderr  # the one of now: it is redirected while an optimizer works

    def notify(self, name: str, values: Mapping[str, Any]) -> None:
        """Receive one event (`kakoc.ports.Notify`)."""
        if name == "warning":
            self._say(f"kakoc: {values['text']}")
        elif not self._quiet and (text := _told(name, values)):
            self._say(text)

    def _say(self, text: str) -> None:
        self._screen.write(f"{text}\n")
        self._screen.flush()


def _told(name: str, values: Mapping[str, Any]) -> str:
    match name:
        case "start":
            return f"search {values['run']} on the conversations of {values['source']}"
        case "data":
            return (
                f"cases: {values['train']} to learn from, {values['dev']} to compare by, "
                f"{values['held_out']} of {values['held_out_seekers']} held-out Seekers"
            )
        case "candidate":
            return (
                f"candidate {values['candidate']}: {values['score']:.4f} on dev cities "
                f"(best {values['best_score']:.4f}, {values['calls']} calls)"
            )
        case "searched":
            return f"the search ends ({values['ended']}) after {values['calls']} calls"
        case "look":
            return f"look {values['looks']} at these {values['held_out_seekers']} held-out Seekers"
        case "rollout":
            return f"conversations of {values['turns']} turns with {values['people']} of them"
        case "held_out":
            return f"measuring the prompt {values['side']} on {values['cases']} held-out cases"
    return ""
