"""The people: problems, traits, circumstances and their shares."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kakoc.ir.base import AgeSpan, Dated, Node, RiskLevel, Share, Slug, Words, one_or_more

OneOf = Annotated[
    tuple[Slug, ...],
    BeforeValidator(one_or_more, json_schema_input_type=Slug | tuple[Slug, ...]),
]
"""One tag, or several of which one is enough."""


class Problem(Node):
    id: Slug
    name: Words
    ages: AgeSpan
    """Youngest and oldest age at which it is plausible."""
    summary: Words
    """What is going on, in plain words; no diagnosis."""
    since: int | None = None
    """First year in which somebody can have it."""
    presupposes: tuple[OneOf, ...] = ()
    """Circumstances it needs, each a tag of an option or several of which one is enough."""
    symptoms: tuple[Dated, ...] = Field(min_length=2)
    triggers: tuple[Dated, ...] = Field(min_length=2)
    duration_months: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
    risk: tuple[RiskLevel, ...] = Field(min_length=1)
    """Risk levels that may be sampled with it."""
    substance_use: Literal["denied", "past", "current"] = "denied"
    violence: Literal["denied", "past"] = "denied"
    """`past`: the person was on the receiving end."""
    leans: dict[str, Annotated[float, Field(ge=-1, le=1)]] = Field(default_factory=dict)
    """Trait (`family.trait`) -> shift of its mean among those who have the problem, in standard
    deviations. The distribution over all people stays what `traits.yaml` says."""
    words: tuple[Dated, ...] = Field(min_length=1)
    """What a person would say first, in the first person; no diagnosis words."""


class Bands(Node):
    """How a score sounds in speech: plain sentences about the person."""

    low: str
    middle: str = ""
    high: str


class Trait(Node):
    id: Slug
    mean: Annotated[float, Field(ge=0, le=100)] = 50.0
    sd: Annotated[float, Field(gt=0, le=50)] = 15.0
    with_age: Annotated[float, Field(ge=-0.9, le=0.9)] = 0.0
    """Correlation with age."""
    speech: Bands | None = None
    """Only traits with `speech` are told to the model."""


class Correlation(Node):
    between: tuple[Slug, Slug]
    r: Annotated[float, Field(ge=-1, le=1)]


class TraitFamily(Node):
    id: Slug
    """The field of the persona card that holds the scores (0-100)."""
    source: Words
    """Where means, spreads and correlations come from."""
    traits: tuple[Trait, ...] = Field(min_length=1, max_length=60)
    correlations: tuple[Correlation, ...] = ()


class Option(Node):
    id: Slug
    share: Share
    text: Words
    """How the card says it."""
    ages: AgeSpan = (0, 120)
    gives: tuple[Slug, ...] = ()
    """Circumstances that come with it, e.g. `partner`, `children`, `job`."""
    needs: tuple[Slug, ...] = ()
    """Circumstances without which it is not possible, given by earlier categories."""
    bars: tuple[Slug, ...] = ()
    """Circumstances with which it is not possible."""
    odds: dict[Slug, Annotated[float, Field(gt=0, le=100)]] = Field(default_factory=dict)
    """How many times likelier it is with a circumstance; its share over all people stays."""
    contradicted_by: tuple[Words, ...] = ()
    """Phrases that cannot be said of such a person ("my husband"), in any case."""


class AgeBand(Node):
    """A share of all people is of these ages, evenly."""

    ages: AgeSpan
    share: Share


class Category(Node):
    """A categorical distribution, e.g. `gender`, `household`, `risk`.

    Categories are drawn in the order of the file, so that one can need what an earlier one gives.
    """

    id: Slug
    options: tuple[Option, ...] = Field(min_length=1)
