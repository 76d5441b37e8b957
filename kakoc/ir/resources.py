"""Help beyond the conversation: kinds of it, and entries that somebody checked. Knows no clock.

Only the kinds ship with a project. An entry names a place, how it is reached there, and who says so
since when; whether that is long ago is asked of a day that the caller gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints, field_validator

from kakoc.ir.base import Node, Slug, Words, one_or_more
from kakoc.ir.world import City

ANYWHERE = "anywhere"
"""In `where`: an entry that holds in every city."""

Told = Annotated[str, StringConstraints(pattern=r"\S", max_length=4000)]
"""A text that says something: not only spaces."""
Short = Annotated[str, StringConstraints(pattern=r"\S", max_length=200)]
Shorts = Annotated[tuple[Short, ...], Field(min_length=1)]


class ResourceKind(Node):
    id: Slug
    name: Words
    """As a Supporter would say it in a sentence."""
    fits: Words
    """When it fits, in one line."""


class ResourceEntry(Node):
    """One place of help that a person of the project has checked."""

    kind: Slug
    """Id of a kind."""
    name: Told
    where: Shorts
    """Where it can be reached: ids of cities, names of countries, or `anywhere`."""
    contact: Shorts
    """How it is reached: phone number, short code, URL, e-mail address; each in quotes."""
    verified_on: date
    """The day on which somebody of the project last found that it answers."""
    source: Told
    """Where that was found, in words."""

    advice: ClassVar[Mapping[str, str]] = {
        "where": "name the cities or countries in which it answers, or `anywhere`",
        "contact": "write each phone number, short code, URL or e-mail address in quotes",
        "verified_on": "check that it answers, and write the day on which you did, year first",
        "source": "say where you looked it up",
    }

    @field_validator("where", "contact", mode="before", json_schema_input_type=Short | Shorts)
    @classmethod
    def _from_one_text(cls, value: Any) -> Any:
        return one_or_more(value)

    def holds_in(self, city: City) -> bool:
        return not {ANYWHERE, city.id, city.country}.isdisjoint(self.where)


class Resources(Node):
    """`spec/resources.yaml`; a spec without that file has none of either."""

    kinds: tuple[ResourceKind, ...] = ()
    entries: tuple[ResourceEntry, ...] = ()
    """Yours: none ship, because a number that nobody checked is worse than none."""

    @property
    def contacts(self) -> tuple[str, ...]:
        """What may be named in any text."""
        return tuple(contact for entry in self.entries for contact in entry.contact)

    def at(self, city: City) -> Resources:
        """Those that can be reached from a city."""
        held = tuple(entry for entry in self.entries if entry.holds_in(city))
        return self.model_copy(update={"entries": held})
