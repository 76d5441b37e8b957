"""What a run is asked to do: profile, seed, models, build. Runs nothing.

A run's id follows from what was asked, so asking again means the same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kakoc.app.building import BuildResult
from kakoc.app.models import choose_models
from kakoc.errors import KakocError, StoreError, boundary
from kakoc.ir import Ir, Profile
from kakoc.lm import LmConfig, journal_identity
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.types import RECORDS_VERSION, Role, digest

OTHER_VERSION = "it may be of another version of kakoc; make it again with this one"
ROWS_EACH = 4
"""Rows of the plan that may be begun for each conversation that is to be accepted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked to do; its digest is the run's id."""

    profile: Profile
    seed: int
    models: dict[Role, LmConfig]
    build: str
    accept: int | None = None
    """Go on over the plan until so many conversations are ok; None: all rows of the profile."""
    against: Mapping[str, str] = field(default_factory=dict)
    """Runs whose texts this one keeps away from -> what follows from those texts."""

    def config(self) -> dict[str, Any]:
        """As stored in `config.json`, complete enough to run again."""
        accept = {} if self.accept is None else {"accept": self.accept}
        against = {"against": dict(self.against)} if self.against else {}
        return {
            "version": RECORDS_VERSION,
            "build": self.build,
            "profile": self.profile.model_dump(mode="json"),
            "seed": self.seed,
            "models": {role: asdict(config) for role, config in self.models.items()},
            # It decides which rows there are. Left out where it is not asked for, so that the ids
            # of runs stay what they were.
            **accept,
            **against,
        }

    @property
    def rows(self) -> int:
        """The most rows of the plan that may be begun."""
        personas = self.profile.personas
        return personas if self.accept is None else max(personas, ROWS_EACH * self.accept)

    @property
    def at_least(self) -> int:
        """The fewest conversations that are held."""
        return self.profile.personas if self.accept is None else self.accept

    @property
    def identities(self) -> dict[str, str]:
        """By role: the model with every setting that changes what it says."""
        return {role: journal_identity(config) for role, config in self.models.items()}

    @property
    def run_id(self) -> str:
        identity = {**self.config(), "models": self.identities}
        return f"{self.profile.name}-{digest(identity, 10)}"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says instead of the profile."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, profile: Profile) -> Profile:
        given = {name: value for name, value in self.values.items() if value is not None}
        if "turns" in given:
            # `--turns N` means exactly N turns.
            given |= {"exact_turns": True, "min_turns": min(profile.min_turns, given["turns"])}
        return Profile.model_validate({**profile.model_dump(), **given})


def ask(
    ir: Ir,
    build: BuildResult,
    profile: str,
    overrides: Overrides,
    seed: int,
    lms: Sequence[str] = (),
    api_base: str | None = None,
    accept: int | None = None,
    against: Mapping[str, str] | None = None,
) -> Asked:
    """Settle what is to be run.

    Raises:
        KakocError: the profile or a model is not known.
    """
    found = profile_of(ir, profile)
    models = choose_models(ir, lms, api_base)
    wanted = overrides.apply(found)
    return Asked(wanted, seed, models, build.fingerprint, accept, against or {})


def profile_of(ir: Ir, name: str) -> Profile:
    """The profile of that name.

    Raises:
        KakocError: the spec has none.
    """
    if name not in ir.profiles:
        raise KakocError(f"no profile {name!r}", f"in spec/profiles.yaml: {', '.join(ir.profiles)}")
    return ir.profiles[name]


def asked_again(config: Mapping[str, Any]) -> Asked:
    """What a stored run was asked, for a replay.

    Raises:
        StoreError: another version of kakoc wrote it.
    """
    with boundary(StoreError, "the run's config.json", OTHER_VERSION):
        models = {role: LmConfig(**settings) for role, settings in config["models"].items()}
        profile = Profile.model_validate(config["profile"])
        asked_for = (config["build"], config.get("accept"), config.get("against", {}))
        return Asked(profile, config["seed"], models, *asked_for)


def load_ir(project: Project, fingerprint: str) -> Ir:
    """The IR of a build.

    Raises:
        StoreError: it is not there, or another version of kakoc made it.
    """
    folder = Builds(project.artifacts).require(fingerprint)
    with boundary(StoreError, f"build {fingerprint}", OTHER_VERSION):
        return Ir.model_validate_json((folder / "ir.json").read_bytes())
