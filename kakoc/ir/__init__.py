"""The intermediate representation: a whole checked spec as frozen values. Knows no YAML, no file.

`kakoc.lang` makes it, everything behind reads it, the build stores it as JSON. A leaf kind (a city,
a rule) is defined here once; `kakoc.lang.schema` only says which file holds which kinds.

Places in the source (`Line.at`) are kept for people and left out of every fingerprint, so that
reindenting a spec changes no identity. So are prices, which change nothing that is said.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from kakoc.ir.base import AgeSpan, Dated, Language, Line, Node, RiskLevel, Share, Slug, Words, held
from kakoc.ir.diversity import Diversity, Floors, KindDiversity
from kakoc.ir.judges import (
    JudgeExample,
    JudgePart,
    JudgeSpec,
    RiskTalk,
    Rule,
    RuleExamples,
    SpokenLine,
    StatedRisk,
)
from kakoc.ir.people import (
    AgeBand,
    Bands,
    Category,
    Correlation,
    OneOf,
    Option,
    Problem,
    Trait,
    TraitFamily,
)
from kakoc.ir.resources import ResourceEntry, ResourceKind, Resources
from kakoc.ir.roles import CareLevel, Decoding, Demo, Principle, Prompt, RoleSpec
from kakoc.ir.running import (
    ConversationSpec,
    Disclosure,
    Models,
    ModelSpec,
    PairPolicy,
    Price,
    Profile,
)
from kakoc.ir.world import Arrival, City, CityName, Decade, OtherPresent, Project, Standing, Style
from kakoc.types import Role, digest

__all__ = [
    "IR_VERSION",
    "AgeBand",
    "AgeSpan",
    "Arrival",
    "Bands",
    "CareLevel",
    "Category",
    "City",
    "CityName",
    "ConversationSpec",
    "Correlation",
    "Dated",
    "Decade",
    "Decoding",
    "Demo",
    "Disclosure",
    "Diversity",
    "Floors",
    "Ir",
    "JudgeExample",
    "JudgePart",
    "JudgeSpec",
    "KindDiversity",
    "Language",
    "Line",
    "ModelSpec",
    "Models",
    "Node",
    "OneOf",
    "Option",
    "OtherPresent",
    "PairPolicy",
    "Price",
    "Principle",
    "Problem",
    "Profile",
    "Project",
    "Prompt",
    "ResourceEntry",
    "ResourceKind",
    "Resources",
    "RiskLevel",
    "RiskTalk",
    "RoleSpec",
    "Rule",
    "RuleExamples",
    "Share",
    "Slug",
    "SpokenLine",
    "Standing",
    "StatedRisk",
    "Style",
    "Trait",
    "TraitFamily",
    "Words",
    "fingerprint",
    "held",
]

IR_VERSION = 2
NOT_MEANT = {"at", "price"}
"""Fields that are no part of an identity."""


class Ir(Node):
    """One checked spec."""

    version: int = IR_VERSION
    project: Project
    cities: tuple[City, ...]
    decades: tuple[Decade, ...]
    places: dict[str, dict[str, str]]
    """City id -> decade id -> everyday life there and then."""
    styles: tuple[Style, ...] = ()
    problems: tuple[Problem, ...]
    ages: tuple[AgeBand, ...] = ()
    """Distribution of ages; empty: even over all at which somebody can have a problem."""
    families: tuple[TraitFamily, ...]
    categories: tuple[Category, ...]
    persona_schema: dict[str, Any]
    """`spec/personas.schema.json`."""
    roles: dict[Role, RoleSpec]
    care_levels: tuple[CareLevel, ...]
    """Ascending by value."""
    constitution: tuple[Principle, ...]
    rules: tuple[Rule, ...]
    stated_risk: StatedRisk | None = None
    resources: Resources = Resources()
    """`spec/resources.yaml`; without that file nothing may be named."""
    judges: tuple[JudgeSpec, ...]
    conversation: ConversationSpec
    diversity: Diversity | None = None
    """`spec/diversity.yaml`; without that file nothing is drawn again and there are no floors."""
    models: Models
    profiles: dict[str, Profile]

    def style(self, city: City) -> Style | None:
        return next((style for style in self.styles if style.id == city.style), None)

    def city(self, id_: str) -> City:
        return next(city for city in self.cities if city.id == id_)

    def category(self, id_: str) -> Category:
        return next(category for category in self.categories if category.id == id_)

    def model(self, name: str) -> ModelSpec | None:
        return next((model for model in self.models.models if model.name == name), None)


def fingerprint(node: Any, length: int = 12) -> str:
    """Identity of an IR node or of plain data that holds some: places in files and prices do not
    count."""
    return digest(_meaning(node), length)


def _meaning(value: Any) -> Any:
    if isinstance(value, Line):
        return value.text
    if isinstance(value, BaseModel):
        names = (name for name in type(value).model_fields if name not in NOT_MEANT)
        return {name: _meaning(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(key): _meaning(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_meaning(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
