"""`kakoc explain CODE`: what a diagnostic means."""

from __future__ import annotations

import difflib

import click

from kakoc.errors import KakocError


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Say what a diagnostic code means, with a bad and a good example."""
    from kakoc.app.language import CODES, shown

    found = CODES.get(code.upper())
    if found is None:
        near = ", ".join(difflib.get_close_matches(code.upper(), CODES, n=3, cutoff=0.5))
        raise KakocError(
            f"no code {code!r}", f"near: {near}" if near else f"codes: {', '.join(CODES)}"
        )
    click.echo(f"{found.code}: {found.title}\n\n{found.why}")
    for title, example in (("Bad", found.bad), ("Good", found.good)):
        for name, text in example.items():
            indented = "\n".join(f"    {line}" for line in shown(text).rstrip().splitlines())
            click.echo(f"\n{title}, {name}:\n\n{indented}")
