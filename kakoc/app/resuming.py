"""Finds the command that goes on with a run that was cut off, from what the run says it was asked.

Options are not stored, what came of them is: options are tried until they ask for the very same
run. Where none do, or the project was built anew since, that is said instead.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kakoc.app.asking import Asked, Overrides, asked_again, load_ir, profile_of
from kakoc.app.models import choose_models
from kakoc.errors import KakocError
from kakoc.ir import Ir
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.store.runs import RUNS, RunFolder

SAME = "the command that began it goes on; what was paid for is in the journal"


@dataclass(frozen=True, slots=True)
class GoOn:
    """How a run goes on."""

    command: str | None
    note: str


def how_to_go_on(project: Project, folder: RunFolder, command: str = "run") -> GoOn:
    """The command, if it can be told, and what to know before it is called.

    Args:
        command: `generate` makes no pairs.
    """
    if "models" not in folder.config:  # it asks none: data of others, or judged anew
        return GoOn(None, "the command that began it makes it again")
    try:
        asked = asked_again(folder.config)
        ir = load_ir(project, asked.build)
        current = Builds(project.artifacts).current()
    except KakocError as error:
        return GoOn(None, f"it cannot go on: {error}")
    if current is None or current["fingerprint"] != asked.build:
        return GoOn(
            None,
            f"the project was built anew since: a command makes another run, unless "
            f"spec and modules are again those of build {asked.build}",
        )
    options = _options(ir, asked)
    if options is None:
        return GoOn(None, SAME)
    if folder.path != project.artifacts / RUNS / asked.run_id:
        options += ["--out", str(folder.path)]
    if not Path.cwd().is_relative_to(project.root):
        options += ["--project", str(project.root)]
    if project.artifacts != project.root / "artifacts":
        options += ["--artifacts", str(project.artifacts)]
    return GoOn(shlex.join(["kakoc", command, *options]), "what was paid for is in the journal")


def _options(ir: Ir, asked: Asked) -> list[str] | None:
    with contextlib.suppress(KakocError):
        profile, models = _of_profile(ir, asked), _of_models(ir, asked)
        if profile is not None and models is not None:
            accept = [] if asked.accept is None else ["--accept", str(asked.accept)]
            against = [part for run in asked.against for part in ("--against", run)]
            return [*profile, *accept, *against, "--seed", str(asked.seed), *models]
    return None


def _of_profile(ir: Ir, asked: Asked) -> list[str] | None:
    wanted, base = asked.profile, profile_of(ir, asked.profile.name)
    changed = {
        name: getattr(wanted, name)
        for name in ("personas", "lookahead")
        if getattr(wanted, name) != getattr(base, name)
    }
    for turns in (None, wanted.turns):
        if Overrides({**changed, "turns": turns}).apply(base) == wanted:
            found = ["--profile", wanted.name]
            if "personas" in changed:
                found += ["--personas", str(wanted.personas)]
            if turns is not None:
                found += ["--turns", str(turns)]
            if "lookahead" in changed:
                found.append("--lookahead" if wanted.lookahead else "--no-lookahead")
            return found
    return None


def _of_models(ir: Ir, asked: Asked) -> list[str] | None:
    for names, base in _choices(asked):
        with contextlib.suppress(KakocError):
            if choose_models(ir, names, base) == asked.models:
                named = [part for name in names for part in ("--lm", name)]
                return named + (["--api-base", base] if base else [])
    return None


def _choices(asked: Asked) -> Iterator[tuple[list[str], str | None]]:
    """`--lm` and `--api-base`, the shortest first."""
    models = asked.models
    names = {config.name for config in models.values()}
    by_role = [f"{role}={config.name}" for role, config in models.items()]
    spoken = [*names] if len(names) == 1 else by_role
    bases = sorted({config.api_base for config in models.values() if config.api_base})
    for base in (None, *bases):
        yield [], base
        yield spoken, base
