"""What all kinds of the IR share: names, texts, lines of prompts, what holds in some years only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Lower-case name that other entries refer to."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Share = Annotated[float, Field(ge=0, le=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
"""BCP 47 language tag, e.g. `en`, `pt-BR`."""
AgeSpan = tuple[Annotated[int, Field(ge=0, le=120)], Annotated[int, Field(ge=0, le=120)]]
RiskLevel = Literal["denied", "passive", "active_without_plan"]


class Node(BaseModel):
    """Base of every kind: frozen and closed.

    Fields are documented by the docstrings below them. `kakoc.lang.editors` reads those from the
    source when it writes JSON Schemas; to let pydantic do it costs 0.05 s at every start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    advice: ClassVar[Mapping[str, str]] = {}
    """Field -> what to do where it is missing or cannot be read; the help of that fault."""


class Line(Node):
    """One line of a prompt and where it was written."""

    text: Annotated[str, StringConstraints(max_length=4000)]
    at: str = ""
    """`file:line` in the spec; not part of any fingerprint."""

    @model_validator(mode="before")
    @classmethod
    def _from_plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


def one_or_more(value: Any) -> Any:
    """A single text as a tuple of one; a list as the tuple that strict validation asks for."""
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


class Dated(Node):
    """A sentence that may hold in some years only."""

    text: Words
    since: int | None = None
    """First year in which it can be said; none: always could."""
    until: int | None = None
    """Last year in which it can be said."""

    @model_validator(mode="before")
    @classmethod
    def _from_plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    def holds_in(self, year: int) -> bool:
        return (self.since is None or self.since <= year) and (
            self.until is None or year <= self.until
        )


def held(items: tuple[Dated, ...], year: int) -> list[str]:
    """The sentences that hold in a year."""
    return [item.text for item in items if item.holds_in(year)]
