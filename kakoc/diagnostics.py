"""A fault as a value: code, place, message, hint. Knows neither YAML nor how it is printed.

The model follows ruff's: the message alone must be enough; everything else helps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: lines and columns count from 1; the end column is exclusive."""

    file: str
    """Path relative to the project's root, with forward slashes."""
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 2

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of a spec. Collected, sorted, rendered; never raised."""

    code: str
    """`K` and three digits; the first digit is the phase (`kakoc explain CODE`)."""
    message: str
    span: Span
    severity: Severity = "error"
    help: str = ""
    """What to do about it, in one line; empty if there is nothing better than the message."""
    related: tuple[tuple[Span, str], ...] = field(default=())
    """Other places that matter (where a duplicate was first defined)."""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


def ordered(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file, line, column, code; exact repetitions are dropped."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda fault: fault.sort_key))


def has_errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return any(fault.severity == "error" for fault in diagnostics)
