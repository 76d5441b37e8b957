"""Which file of a spec holds which kinds. Knows file names; the kinds are those of `kakoc.ir`."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, Field

from kakoc.ir import (
    AgeBand,
    CareLevel,
    Category,
    City,
    ConversationSpec,
    Decade,
    Diversity,
    JudgeExample,
    JudgeSpec,
    Models,
    Node,
    Principle,
    Problem,
    Profile,
    Project,
    Resources,
    RoleSpec,
    Rule,
    Slug,
    StatedRisk,
    Style,
    TraitFamily,
    Words,
)
from kakoc.lang.card_schema import CardSchema


class CitiesFile(Node):
    cities: tuple[City, ...] = Field(min_length=1)


class DecadesFile(Node):
    decades: tuple[Decade, ...] = Field(min_length=1)


class PlacesFile(Node):
    region: Slug
    places: dict[str, dict[str, Words]]
    """City id -> decade id -> everyday life there and then."""


class ProblemsFile(Node):
    problems: tuple[Problem, ...] = Field(min_length=1)


class TraitsFile(Node):
    ages: tuple[AgeBand, ...] = ()
    """How old people are in the present; empty: even over all ages of the problems."""
    families: tuple[TraitFamily, ...] = Field(min_length=1, max_length=20)
    categories: tuple[Category, ...] = Field(min_length=1)


class CareLevelsFile(Node):
    care_levels: tuple[CareLevel, ...] = Field(min_length=1)


class ConstitutionFile(Node):
    principles: tuple[Principle, ...] = Field(min_length=1, max_length=200)


class SafetyFile(Node):
    rules: tuple[Rule, ...] = Field(min_length=1)


class JudgesFile(Node):
    judges: tuple[JudgeSpec, ...] = Field(min_length=1)
    """Their examples stand in `judges/<name>/<author>.yaml`."""


class JudgeExamplesFile(Node):
    """The examples of one author for one judge: `judges/<judge>/<author>.yaml`."""

    author: Slug
    use: Literal["fit", "test"] = "fit"
    examples: tuple[JudgeExample, ...] = Field(min_length=1)


class ProfilesFile(Node):
    profiles: tuple[Profile, ...] = Field(min_length=1)


class FileKind(NamedTuple):
    """One line of the table of files."""

    glob: str
    """Relative to the spec folder."""
    model: type[BaseModel]
    required: bool = True


FILES: tuple[FileKind, ...] = (
    FileKind("project.yaml", Project),
    FileKind("cities.yaml", CitiesFile),
    FileKind("decades.yaml", DecadesFile),
    FileKind("places/*.yaml", PlacesFile, required=False),
    FileKind("styles/*.yaml", Style, required=False),
    FileKind("problems.yaml", ProblemsFile),
    FileKind("traits.yaml", TraitsFile),
    FileKind("personas.schema.json", CardSchema),
    FileKind("roles/persona.yaml", RoleSpec),
    FileKind("roles/seeker.yaml", RoleSpec),
    FileKind("roles/supporter.yaml", RoleSpec),
    FileKind("care_levels.yaml", CareLevelsFile),
    FileKind("constitution.yaml", ConstitutionFile),
    FileKind("safety.yaml", SafetyFile),
    FileKind("stated_risk.yaml", StatedRisk, required=False),
    FileKind("resources.yaml", Resources, required=False),
    FileKind("judges.yaml", JudgesFile),
    FileKind("judges/*/*.yaml", JudgeExamplesFile, required=False),
    FileKind("conversation.yaml", ConversationSpec),
    FileKind("diversity.yaml", Diversity, required=False),
    FileKind("models.yaml", Models),
    FileKind("profiles.yaml", ProfilesFile),
)
