"""Diagnostics as workflow commands that GitHub shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Sequence

from kakoc.diagnostics import Diagnostic


def github(diagnostics: Sequence[Diagnostic]) -> str:
    return "\n".join(_command(fault) for fault in diagnostics)


def _command(fault: Diagnostic) -> str:
    span = fault.span
    properties = {
        "file": span.file,
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column,
        "endColumn": span.end_column,
        "title": fault.code,
    }
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    help_ = f" ({fault.help})" if fault.help else ""
    return f"::{fault.severity} {listed}::{_data(fault.message + help_)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
