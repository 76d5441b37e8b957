"""Diagnostics as a JSON list: a contract with editors and scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kakoc.diagnostics import Diagnostic


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    return json.dumps([_entry(fault) for fault in diagnostics], indent=2, ensure_ascii=False)


def _entry(fault: Diagnostic) -> dict[str, str | int]:
    return {
        "code": fault.code,
        "severity": fault.severity,
        "message": fault.message,
        "file": fault.span.file,
        "line": fault.span.line,
        "column": fault.span.column,
        "end_line": fault.span.end_line,
        "end_column": fault.span.end_column,
        "help": fault.help,
    }
