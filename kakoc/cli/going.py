"""What `run` and `generate` have in common: build, run with progress, track, report, exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakoc.cli.build import build_aloud
from kakoc.cli.options import open_project
from kakoc.cli.steps import Steps

if TYPE_CHECKING:
    from kakoc.app import Project
    from kakoc.app.running import Finished


@dataclass(frozen=True, slots=True)
class Going:
    """The options of one call."""

    folder: Path | None
    spec: Path | None
    artifacts: Path | None
    profile: str
    personas: int | None
    turns: int | None
    lookahead: bool | None
    seed: int
    lms: tuple[str, ...]
    api_base: str | None
    out: Path | None
    max_calls: int | None
    max_tokens: int | None
    max_cost: float | None
    max_seconds: float | None
    accept: int | None
    against: tuple[str, ...]
    engine: str
    address: str | None
    lance: str | None
    quiet: bool
    as_json: bool

    def go(self, with_pairs: bool) -> int:
        """Run to the end; the exit code is 1 above the profile's failure threshold."""
        if self.address and self.engine != "ray":
            raise click.UsageError("--address is that of a Ray cluster; add --engine ray")
        project = open_project(self.folder, self.spec, self.artifacts)
        build = build_aloud(project, self.quiet, self.as_json)

        # The runtime costs seconds to import, so it comes after the build had its say.
        from kakoc.app import RunFolder, WatchedMeter
        from kakoc.app.asking import Overrides, ask, load_ir
        from kakoc.app.cluster import Cluster
        from kakoc.app.colliding import identities
        from kakoc.app.running import Limits, execute
        from kakoc.app.tracking import Stage
        from kakoc.cli.progress import Plan, Reporter
        from kakoc.cli.report import print_report
        from kakoc.cli.tracking import track_aloud

        ir = load_ir(project, build.fingerprint)
        overrides = Overrides(
            {"personas": self.personas, "turns": self.turns, "lookahead": self.lookahead}
        )
        models = (self.lms, self.api_base)
        against = identities(project, ir, self.against)
        asked = ask(ir, build, self.profile, overrides, self.seed, *models, self.accept, against)
        folder = RunFolder((self.out or project.artifacts / "runs" / asked.run_id).resolve())
        limits = Limits(self.max_calls, self.max_tokens, self.max_seconds, self.max_cost)
        plan = Plan(asked.at_least, asked.profile.turns, asked.accept is not None)
        meter = WatchedMeter()
        with Reporter(plan, meter.traffic, self.quiet, self.as_json) as reporter:
            finished = execute(
                *(project, asked, folder, reporter.notify),
                with_pairs=with_pairs,
                limits=limits,
                meter=meter,
                cluster=Cluster(self.address) if self.engine == "ray" else None,
            )
        stages = [Stage(kind, str(folder.path)) for kind in ("run", "pairs")[: 1 + with_pairs]]
        took = finished.manifest["seconds"]
        tracking = track_aloud(
            project, *stages, seconds=took, quiet=self.quiet, as_json=self.as_json
        )
        if self.lance or self.engine == "ray":
            self._table(project, finished)
        if self.as_json:
            click.echo(json.dumps(finished.manifest, ensure_ascii=False))
        else:
            print_report(finished.manifest, finished.generated.conversations, tracking)
            click.echo(f"\n{folder.path}")
        counts = finished.manifest["counts"]
        if asked.accept is not None:
            return _enough(counts, asked.accept)
        return _exit_code(counts, asked.profile.failure_threshold)

    def _table(self, project: Project, finished: Finished) -> None:
        from kakoc.app.tabling import table

        with Steps("lance", quiet=self.quiet, as_json=self.as_json) as steps:
            steps.say("writing the conversations to Lance")
            made = table(project, finished, self.lance)
            steps.say(f"{made.rows} rows, version {made.version} of {made.table} at {made.uri}")


def _enough(counts: dict[str, int], accept: int) -> int:
    """Of a run that goes on until enough is ok: how much is lost on the way is no failure."""
    if counts["ok"] >= accept:
        return 0
    click.echo(
        f"kakoc: only {counts['ok']} of {accept} conversations are ok after {counts['planned']} "
        "rows of the plan, the most that are tried\n  help: look at failures.jsonl, or let more "
        "rows be tried with a larger --personas",
        err=True,
    )
    return 1


def _exit_code(counts: dict[str, int], threshold: float) -> int:
    lost = 1 - counts["ok"] / counts["planned"]
    if lost <= threshold:
        return 0
    click.echo(f"kakoc: {lost:.0%} of the conversations failed or were rejected", err=True)
    return 1
