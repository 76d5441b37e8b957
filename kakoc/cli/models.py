"""`kakoc models`: what can run here without a server."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from kakoc.cli.options import json_option


@click.command("models")
@json_option
def command(as_json: bool) -> None:
    """List local models and whether they are here; the rest is fetched on first use."""
    from kakoc.lm import status

    rows = status()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    for row in rows:
        place = str(row.path) if row.path else "not downloaded"
        click.echo(f"{row.name:<16} {row.megabytes:>5.0f} MB  {row.license:<12} {place}")
    click.echo("\nAny path of a GGUF file works too: --lm embedded/PATH", err=True)
