"""`kakoc export`: a run as a data set that trainers, tables and the Hub can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kakoc.cli.options import json_option, open_project, project_option

FORMATS = ("trl", "sft", "kto", "jsonl", "parquet", "hf")


@click.command("export")
@click.argument("run")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help="trl, sft, kto: for trainers; jsonl, parquet: everything; hf: a folder for the Hub.",
)
@click.option(
    "-o",
    "out",
    metavar="DIR|URI",
    required=True,
    help="Folder, or s3://bucket/folder, that is new or holds an older export.",
)
@click.option("--split", type=click.Choice(["by-city"]), help="A file a split (hf: always).")
@click.option(
    "--with-thoughts", is_flag=True, help="Also what the Seeker thinks and how it feels inside."
)
@click.option(
    "--force", is_flag=True, help="Although a rule that knows nothing predicts the pairs."
)
@click.option(
    "--push",
    metavar="OWNER/NAME",
    default="",
    help="Publish it on the Hub, private at first; the token is in HF_TOKEN.",
)
@click.option(
    "--artifacts",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where runs lie; default: artifacts/ of the project.",
)
@project_option
@json_option
def command(
    run: str,
    form: str,
    out: str,
    split: str | None,
    with_thoughts: bool,
    force: bool,
    push: str,
    artifacts: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Write RUN (an id, a path, or `latest`) as a data set with its card and Croissant metadata.

    Texts that crossed a hard line are not in it, or only as the rejected side.
    """
    from kakoc.app.exporting import Wanted, export_run

    project = open_project(folder, None, artifacts)
    wanted = Wanted(form, out, bool(split), with_thoughts, force, push)
    manifest = export_run(project, run, wanted, _tell)
    if as_json:
        click.echo(json.dumps(manifest))
    else:
        _print(manifest)
        click.echo(manifest.get("url") or (out if "://" in out else str(Path(out).resolve())))


def _tell(event: str, values: Mapping[str, Any]) -> None:
    if event == "confounded":
        click.echo(f"kakoc: {values['rules']} predicts too many of these pairs", err=True)
    if event == "push":
        click.echo(f"pushing to {values['repo']}", err=True)


def _print(manifest: dict[str, Any]) -> None:
    for name, table in manifest["tables"].items():
        splits = ", ".join(f"{split} {rows}" for split, rows in table["rows"].items())
        click.echo(f"{name}: {sum(table['rows'].values())} rows ({splits})")
        for reason, count in table["left_out"].items():
            click.echo(f"  left out {count}: {reason}")
