"""What `run` and `generate` have in common: build, run with progress, track, report, exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click

from kakoc.cli.build import build_aloud
from kakoc.cli.options import open_project


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
    max_seconds: float | None
    quiet: bool
    as_json: bool

    def go(self, with_pairs: bool) -> int:
        """Run to the end; the exit code is 1 above the profile's failure threshold."""
        project = open_project(self.folder, self.spec, self.artifacts)
        build = build_aloud(project, self.quiet)

        # The runtime costs seconds to import, so it comes after the build had its say.
        from kakoc.app import RunFolder
        from kakoc.app.asking import Overrides, ask, load_ir
        from kakoc.app.running import Limits, execute
        from kakoc.app.tracking import track
        from kakoc.cli.progress import Reporter
        from kakoc.cli.report import print_report
        from kakoc.errors import StoreError

        ir = load_ir(project, build.fingerprint)
        overrides = Overrides(
            {"personas": self.personas, "turns": self.turns, "lookahead": self.lookahead}
        )
        asked = ask(ir, build, self.profile, overrides, self.seed, self.lms, self.api_base)
        folder = RunFolder((self.out or project.artifacts / "runs" / asked.run_id).resolve())
        limits = Limits(self.max_calls, self.max_tokens, self.max_seconds)
        turns = asked.profile.personas * asked.profile.turns
        with Reporter(turns, self.quiet) as reporter:
            finished = execute(
                project, asked, folder, reporter.notify, with_pairs=with_pairs, limits=limits
            )
        try:
            tracking = f"MLflow run {track(project, finished)}"
        except StoreError as error:
            tracking = f"not tracked: {error}"
        if self.as_json:
            click.echo(json.dumps(finished.manifest, ensure_ascii=False))
        else:
            print_report(finished.manifest, finished.generated.conversations, tracking)
            click.echo(f"\n{folder.path}")
        return _exit_code(finished.manifest["counts"], asked.profile.failure_threshold)


def _exit_code(counts: dict[str, int], threshold: float) -> int:
    lost = 1 - counts["ok"] / counts["planned"]
    if lost <= threshold:
        return 0
    click.echo(f"kakoc: {lost:.0%} of the conversations failed or were rejected", err=True)
    return 1
