"""What lint finds, and how findings in text are counted. Knows no check.

A finding about a card or about structure is said of one subject. What is found in text is counted
over all texts, because a rate is what tells a good corpus from a bad one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from kakoc.lint.codes import LINT_CODES

Severity = Literal["error", "warning", "rate"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "rate")
"""Worst first."""
EXAMPLES = 5
"""Subjects that a counted finding names."""
CORPUS = "corpus"
"""Subject of what is said of all data together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of the data, or the share of texts that have it."""

    code: str
    severity: Severity
    subject: str
    """Id of a persona or conversation, with the turn where it has one, or `corpus`."""
    message: str
    hint: str = ""
    count: int | None = None
    total: int | None = None
    """How many of how many; only where things were counted."""
    examples: tuple[str, ...] = ()
    """Some of those that were counted."""

    def as_json(self) -> dict[str, Any]:
        """Without what does not apply."""
        row = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in row.items() if value not in (None, "", ())}


def found(code: str, subject: str, message: str, severity: Severity = "error") -> Finding:
    """A finding with the hint that its code documents."""
    return Finding(code, severity, subject, message, LINT_CODES[code].hint)


@dataclass(slots=True)
class Tally:
    """Counts in how many texts something was found."""

    code: str
    what: str
    """Ends the sentence "3 of 40 texts ..."."""
    noun: str = "texts"
    count: int = 0
    total: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, subject: str, detail: str | None) -> None:
        """Count one text; `detail` says what was found in it, None that nothing was."""
        self.total += 1
        if detail is not None:
            self.count += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(f"{subject}: {detail}" if detail else subject)

    def findings(self) -> list[Finding]:
        if not self.count:
            return []
        share = f"{self.count} of {self.total} {self.noun} ({self.count / self.total:.1%})"
        message = f"{share} {self.what}"
        hint = LINT_CODES[self.code].hint
        counted = (self.count, self.total, tuple(self.examples))
        return [Finding(self.code, "rate", CORPUS, message, hint, *counted)]
