"""Diagnostics for a terminal: place and message, the source line, a caret, help.

    spec/cities.yaml:41:7 error[K201]: unknown field `populaton`
       |
    41 |       populaton: 5
       |       ^^^^^^^^^
       = help: did you mean `population`?

Columns of a span count characters; carets count cells, so that wide characters and tabs line up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from kakoc.diagnostics import Diagnostic, Span

WIDEST = 120
"""Characters of a source line that are shown around the fault."""
_LEAD = 60


def text(diagnostics: Sequence[Diagnostic], texts: Mapping[str, bytes]) -> str:
    lines = {file: _split(texts.get(file, b"")) for file in {f.span.file for f in diagnostics}}
    return "\n\n".join(_block(fault, lines[fault.span.file]) for fault in diagnostics)


def _split(content: bytes) -> list[str]:
    return re.split("\r\n|\r|\n", content.decode("utf-8", "replace").removeprefix("\ufeff"))


def _block(fault: Diagnostic, lines: list[str]) -> str:
    head = f"{fault.span} {fault.severity}[{fault.code}]: {fault.message}"
    source = lines[fault.span.line - 1] if fault.span.line <= len(lines) else ""
    gutter = " " * len(str(fault.span.line))
    block = [head, *(_excerpt(fault.span, source, gutter) if source.strip() else [])]
    if fault.help:
        block.append(f"{gutter} = help: {fault.help}")
    block += [f"{gutter} = note: {note}: {span}" for span, note in fault.related]
    return "\n".join(block)


def _excerpt(span: Span, source: str, gutter: str) -> list[str]:
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    cut = max(0, start - _LEAD) if len(source) > WIDEST else 0
    shown = "".join(map(_visible, source[cut : cut + WIDEST]))
    before, marked = shown[: start - cut], shown[start - cut : max(end, start + 1) - cut]
    padding = "".join("\t" if char == "\t" else " " * _cells(char) for char in before)
    caret = "^" * max(1, sum(map(_cells, marked.rstrip())))
    return [f"{gutter} |", f"{span.line} | {shown}".rstrip(), f"{gutter} | {padding}{caret}"]


def _visible(char: str) -> str:
    is_control = unicodedata.category(char) == "Cc" and char != "\t"
    return "\N{REPLACEMENT CHARACTER}" if is_control else char


def _cells(char: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
