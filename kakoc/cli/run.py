"""`kakoc run`: the whole way, from YAML to preference pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kakoc.cli.going import Going
from kakoc.cli.options import generation_options, project_options, spec_argument


@click.command("run")
@spec_argument
@project_options
@generation_options
def command(spec: Path | None, folder: Path | None, artifacts: Path | None, **asked: Any) -> int:
    """Build, then personas, conversations, judges, pairs and a summary: one run."""
    return Going(folder, spec, artifacts, **asked).go(with_pairs=True)
