"""`kakoc explain CODE`: what a diagnostic of a spec, or a finding in data, means."""

from __future__ import annotations

import difflib

import click

from kakoc.errors import KakocError


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Say what a code means: of a diagnostic with a bad and a good example, or of a finding."""
    from kakoc.app.language import CODES, LINT_CODES, shown

    finding = LINT_CODES.get(code.upper())
    if finding is not None:
        click.echo(f"{finding.code}: {finding.title}\n\n{finding.why}\n\nHelp: {finding.hint}")
        return
    found = CODES.get(code.upper())
    if found is None:
        known = [*CODES, *LINT_CODES]
        near = ", ".join(difflib.get_close_matches(code.upper(), known, n=3, cutoff=0.5))
        raise KakocError(
            f"no code {code!r}", f"near: {near}" if near else f"codes: {', '.join(known)}"
        )
    click.echo(f"{found.code}: {found.title}\n\n{found.why}")
    for title, example in (("Bad", found.bad), ("Good", found.good)):
        for name, text in example.items():
            indented = "\n".join(f"    {line}" for line in shown(text).rstrip().splitlines())
            click.echo(f"\n{title}, {name}:\n\n{indented}")
