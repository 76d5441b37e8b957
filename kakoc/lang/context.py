"""What the passes read: the files of a spec as checked values, and the place of everything in them.

Knows which file holds what. A file with faults has no value: a pass that asks for it is left out
(`Unclean`), so that one mistake does not make ten messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import (
    ConversationSpec,
    Diversity,
    Models,
    Project,
    Resources,
    RoleSpec,
    StatedRisk,
    Style,
)
from kakoc.lang.document import Document, Part
from kakoc.lang.files import matches
from kakoc.lang.schema import (
    CareLevelsFile,
    CitiesFile,
    ConstitutionFile,
    DecadesFile,
    JudgeExamplesFile,
    JudgesFile,
    PlacesFile,
    ProblemsFile,
    ProfilesFile,
    SafetyFile,
    TraitsFile,
)
from kakoc.lang.wording import Hints

ROLE_FILES = ("roles/persona.yaml", "roles/seeker.yaml", "roles/supporter.yaml")
CARD_FILE = "personas.schema.json"
RESOURCES = "resources.yaml"
Model = TypeVar("Model", bound=BaseModel)
Pass = Callable[["Context"], list[Diagnostic]]


class Unclean(Exception):
    """What a pass needs has faults of its own."""


@dataclass(slots=True)
class Context:
    """All files of one spec, by path relative to the spec folder."""

    spec: str
    """The spec folder, relative to the project."""
    documents: dict[str, Document]
    models: dict[str, BaseModel | None]
    """None: the file is there and has faults."""
    hints: Hints
    failed: set[Pass] = field(default_factory=set)
    """Passes that found something."""

    def where(self, file: str, *path: Part) -> Span:
        """Place of a value: `where("safety.yaml", "rules", 3, "examples", "caught", 0)`."""
        found = self.documents.get(file)
        return found.value_span(*path) if found else Span(f"{self.spec}/{file}")

    def where_key(self, file: str, *path: Part) -> Span:
        """Place of the key at the end of a path."""
        return self.documents[file].key_span(*path)

    def spot(self, needle: str, file: str, *path: Part) -> Span:
        """Place of some words inside a text."""
        return self.documents[file].spot(needle, *path)

    def needs(self, *passes: Pass) -> None:
        """Leave the asking pass out unless `passes` found nothing."""
        if self.failed.intersection(passes):
            raise Unclean

    def _one(self, file: str, kind: type[Model]) -> Model:
        model = self.models.get(file)
        if not isinstance(model, kind):
            raise Unclean
        return model

    def _many(self, glob: str, kind: type[Model]) -> dict[str, Model]:
        return {name: self._one(name, kind) for name in self.models if matches(name, glob)}

    @property
    def project(self) -> Project:
        return self._one("project.yaml", Project)

    @property
    def cities(self) -> CitiesFile:
        return self._one("cities.yaml", CitiesFile)

    @property
    def decades(self) -> DecadesFile:
        return self._one("decades.yaml", DecadesFile)

    @property
    def places(self) -> dict[str, PlacesFile]:
        return self._many("places/*.yaml", PlacesFile)

    @property
    def styles(self) -> dict[str, Style]:
        return self._many("styles/*.yaml", Style)

    @property
    def problems(self) -> ProblemsFile:
        return self._one("problems.yaml", ProblemsFile)

    @property
    def traits(self) -> TraitsFile:
        return self._one("traits.yaml", TraitsFile)

    @property
    def card(self) -> dict[str, Any]:
        """The persona card's JSON Schema as it was written."""
        self._one(CARD_FILE, BaseModel)
        card: dict[str, Any] = self.documents[CARD_FILE].data
        return card

    @property
    def roles(self) -> dict[str, RoleSpec]:
        return {file: self._one(file, RoleSpec) for file in ROLE_FILES}

    @property
    def care_levels(self) -> CareLevelsFile:
        return self._one("care_levels.yaml", CareLevelsFile)

    @property
    def constitution(self) -> ConstitutionFile:
        return self._one("constitution.yaml", ConstitutionFile)

    @property
    def safety(self) -> SafetyFile:
        return self._one("safety.yaml", SafetyFile)

    @property
    def stated_risk(self) -> StatedRisk | None:
        """None: the spec has no such file."""
        name = "stated_risk.yaml"
        return self._one(name, StatedRisk) if name in self.models else None

    @property
    def resources(self) -> Resources:
        """Without kinds and entries if the spec has no such file."""
        return self._one(RESOURCES, Resources) if RESOURCES in self.models else Resources()

    @property
    def judges(self) -> JudgesFile:
        return self._one("judges.yaml", JudgesFile)

    @property
    def judge_examples(self) -> dict[str, JudgeExamplesFile]:
        """By file; `judge_of` says whose they are."""
        return self._many("judges/*/*.yaml", JudgeExamplesFile)

    @property
    def conversation(self) -> ConversationSpec:
        return self._one("conversation.yaml", ConversationSpec)

    @property
    def diversity(self) -> Diversity | None:
        """None: the spec has no such file."""
        name = "diversity.yaml"
        return self._one(name, Diversity) if name in self.models else None

    @property
    def models_file(self) -> Models:
        return self._one("models.yaml", Models)

    @property
    def profiles(self) -> ProfilesFile:
        return self._one("profiles.yaml", ProfilesFile)


def judge_of(file: str) -> str:
    """The judge that `judges/<judge>/<author>.yaml` is for."""
    return file.split("/")[-2]
