"""`kakoc models`: what can run here without a server."""

from __future__ import annotations

import json

import click

from kakoc.cli.options import json_option


@click.command("models")
@json_option
def command(as_json: bool) -> None:
    """List local models and whether they are here; the rest is fetched on first use."""
    from kakoc.app.models import local_models

    rows = [
        {
            "name": row.model.name,
            "kind": row.model.kind,
            "megabytes": round(row.model.wheel_bytes / 1e6),
            "license": row.model.license,
            "sha256": row.model.sha256,
            "folder": str(row.folder) if row.folder else None,
        }
        for row in local_models()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        place = row["folder"] or "not downloaded yet"
        size = f"{row['megabytes']} MB"
        click.echo(f"{row['name']:<14}{row['kind']:<11}{size:>7}  {row['license']:<11} {place}")
    click.echo("\nAny path of a GGUF file works too: --lm embedded/PATH", err=True)
