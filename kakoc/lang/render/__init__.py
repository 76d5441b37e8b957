"""Diagnostics as text, JSON or annotations of GitHub. Knows no spec, prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from kakoc.diagnostics import Diagnostic
from kakoc.lang.render.github import github
from kakoc.lang.render.json import as_json
from kakoc.lang.render.text import text

Format = Literal["text", "json", "github"]


def render(diagnostics: Sequence[Diagnostic], texts: Mapping[str, bytes], format: Format) -> str:
    """All diagnostics in one format.

    Args:
        diagnostics: in the order to show them.
        texts: bytes of the files they are about, by the path in their spans.
        format: `text`, `json` or `github`.
    """
    if format == "json":
        return as_json(diagnostics)
    if format == "github":
        return github(diagnostics)
    return text(diagnostics, texts)
