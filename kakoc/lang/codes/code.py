"""What documents a diagnostic code: why it exists, a bad and a good example of a spec file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link instead of a file."""

    target: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A file too long to be written out."""

    line: str
    times: int


Content = str | bytes | Link | Repeated | None
"""What stands under a file's name in an example; None: the file is missing."""


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of fault. The examples replace files of a spec that is otherwise right."""

    code: str
    title: str
    why: str
    bad: Mapping[str, Content]
    good: Mapping[str, Content]


def shown(content: Content) -> str:
    """An example's file as a person can read it on a terminal."""
    if content is None:
        return "(no such file)"
    if isinstance(content, Link):
        return f"(a link to {content.target})"
    if isinstance(content, Repeated):
        return f"{content.line}({content.times:,} times)"
    return repr(content) if isinstance(content, bytes) or "\0" in content else content
