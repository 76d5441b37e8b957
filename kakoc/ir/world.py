"""The world: the project itself, cities and their names, decades, styles of speaking."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from kakoc.ir.base import Dated, Language, Node, Slug, Words, one_or_more


class OtherPresent(Node):
    """Some of a city's Seekers live in another year than the project's."""

    city: Slug
    year: Annotated[int, Field(ge=1920, le=2100)]
    share: Annotated[float, Field(gt=0, le=1)]
    """Of the people of that city."""


class Project(Node):
    name: Slug
    """Also the name of the Python package that `kakoc build` emits."""
    title: Words
    license: str = "Apache-2.0"
    present_year: Annotated[int, Field(ge=1920, le=2100)]
    """The year in which conversations happen; a constant, never the clock."""
    other_presents: tuple[OtherPresent, ...] = ()
    """Exceptions to `present_year`, e.g. a Seeker in Havana in 1958."""
    min_age: Annotated[int, Field(ge=18, le=120)] = 18
    """No Seeker is younger in the present. Never below 18."""
    plan_seed: int = 0
    """Seed of the sampled personas; model calls have a seed of their own (`--seed`)."""
    language: Literal["native"] | Language = "en"
    """What the personas speak: one language for all, or `native`, each city's own."""
    intended_use: tuple[Words, ...] = ()


class CityName(Node):
    """How a city and its country were called in some years."""

    start: int
    end: int
    name: Words
    country: Words


Standing = Literal[
    "citizen",
    "permanent_resident",
    "temporary_worker",
    "student_visa",
    "refugee_asylee",
    "undocumented",
]


class Arrival(Node):
    """From where people came to live in a city, when, and with what standing."""

    origin: Slug
    """Id of the city they came from."""
    since: int | None = None
    until: int | None = None
    """First and last year of arrival."""
    status: tuple[Standing, ...] = ()
    """Standings on arrival; empty: any. Within one country everybody is a citizen."""
    settles: bool = True
    """False: years of living there never make a resident or a citizen."""


class City(Node):
    id: Slug
    name: Words
    country: Words
    region: Slug
    language: Language
    """The language its personas speak unless the spec says otherwise."""
    languages: tuple[Language, ...] = ()
    """Others commonly spoken there."""
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    style: Slug | None = None
    """How people there speak of distress: a file of `styles/`."""
    formerly: tuple[CityName, ...] = ()
    tendencies: tuple[Dated, ...] = ()
    """Skills and hobbies that fit; concrete activities."""
    help_seeking: tuple[Dated, ...] = Field(min_length=1)
    """How asking for help is seen there; one text, or several for different years."""
    arrivals: tuple[Arrival, ...] = ()
    """Where those who were not born there came from; none: from any city."""

    @field_validator(
        "help_seeking", mode="before", json_schema_input_type=Words | tuple[Dated, ...]
    )
    @classmethod
    def _from_one_text(cls, value: Any) -> Any:
        return one_or_more(value)


class Style(Node):
    """How distress is voiced, and how people like to be spoken to: tendencies, never rules."""

    id: Slug
    title: Words
    region: Slug
    languages: tuple[Language, ...] = Field(min_length=1)
    """The languages for which `native` is meant."""
    address: Words
    """How to address somebody, in any language."""
    native: Words
    """Forms of the language itself; told only when the talk is in one of `languages`."""
    directness: Words
    distress: Words
    """How distress tends to be voiced."""
    avoid: tuple[Words, ...] = ()
    """Sayings that close the subject."""
    variation: Words
    """What differs among the people of one place."""


class Decade(Node):
    id: Annotated[str, StringConstraints(pattern=r"^(19|20)\d0s$")]
    norms: Words
    register_: Words = Field(alias="register")
    """How people spoke."""
    helper_talk: Words
    """How people talked to somebody who helps."""

    model_config = ConfigDict(populate_by_name=True)

    @property
    def start(self) -> int:
        return int(self.id[:4])
