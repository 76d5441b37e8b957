"""`kakoc generate`: conversations with their scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kakoc.cli.going import Going
from kakoc.cli.options import generation_options, project_options


@click.command("generate")
@project_options
@generation_options
def command(folder: Path | None, artifacts: Path | None, **asked: Any) -> int:
    """Personas and conversations with their scores; `kakoc pairs` makes pairs of them."""
    return Going(folder, None, artifacts, **asked).go(with_pairs=False)
