"""`run`, `generate` and `replay`: puts a run together, lets it go, and keeps what came of it.

A run's id follows from what was asked (build, profile, seed, models), so asking again resumes it:
the journal answers every call that was already made.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kakoc import judging
from kakoc.app.building import BuildResult
from kakoc.app.models import choose_models, concurrency, make_embedder
from kakoc.errors import KakocError
from kakoc.ir import Ir, Profile
from kakoc.judging import Head, RuleBook
from kakoc.lm import Journal, LmConfig, close_all, journal_identity, open_lm
from kakoc.plan import sample
from kakoc.ports import Meter, Notify
from kakoc.project import Project, load_module
from kakoc.registry import lookup
from kakoc.run.cast import make_cast
from kakoc.run.context import RunContext
from kakoc.run.generate import Generated, generate
from kakoc.run.pairs import PairSet, make_pairs
from kakoc.run.summary import summarize
from kakoc.store.builds import Builds
from kakoc.store.files import read_json, write_file
from kakoc.store.preferences import preference_jsonl, preference_parquet
from kakoc.store.runs import RESULTS, RunFolder
from kakoc.types import RECORDS_VERSION, Role, digest


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked to do; its digest is the run's id."""

    profile: Profile
    seed: int
    models: dict[Role, LmConfig]
    build: str

    def config(self) -> dict[str, Any]:
        """As stored in `config.json`, complete enough to run again."""
        return {
            "version": RECORDS_VERSION,
            "build": self.build,
            "profile": self.profile.model_dump(mode="json"),
            "seed": self.seed,
            "models": {role: asdict(config) for role, config in self.models.items()},
        }

    @property
    def run_id(self) -> str:
        identity = {
            **self.config(),
            "models": {role: journal_identity(config) for role, config in self.models.items()},
        }
        return f"{self.profile.name}-{digest(identity, 10)}"


@dataclass(slots=True)
class Finished:
    """A run that came to its end."""

    folder: RunFolder
    manifest: dict[str, Any]
    generated: Generated
    pairs: PairSet
    tracking: str = ""
    """What the tracker said: a run id, or why there is none."""


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
) -> Asked:
    """Settle what is to be run.

    Raises:
        KakocError: the profile or a model is not known.
    """
    if profile not in ir.profiles:
        raise KakocError(
            f"no profile {profile!r}", f"in spec/profiles.yaml: {', '.join(ir.profiles)}"
        )
    models = choose_models(ir, lms, api_base)
    return Asked(overrides.apply(ir.profiles[profile]), seed, models, build.fingerprint)


def asked_again(config: Mapping[str, Any]) -> Asked:
    """What a stored run was asked, for a replay."""
    models = {role: LmConfig(**settings) for role, settings in config["models"].items()}
    profile = Profile.model_validate(config["profile"])
    return Asked(profile, config["seed"], models, config["build"])


def load_ir(project: Project, fingerprint: str) -> Ir:
    """The IR of a build that is there."""
    folder = Builds(project.artifacts).require(fingerprint)
    return Ir.model_validate_json((folder / "ir.json").read_bytes())


def execute(
    project: Project,
    asked: Asked,
    folder: RunFolder,
    notify: Notify,
    *,
    with_pairs: bool = True,
    offline: bool = False,
) -> Finished:
    """Run to the end and write `folder`, the manifest last.

    Args:
        offline: every call must be in the journal; nothing is asked of a model.

    Raises:
        KakocError: a model cannot be opened, the disk is full, or another process is at work.
    """
    with folder.locked():
        folder.start(asked.config())
        listener = _listener(folder, notify)
        meter, begun = Meter(), time.monotonic()
        ir = load_ir(project, asked.build)
        journal = Journal(project.artifacts / "journal" / "journal.sqlite")
        try:
            context = _context(project, ir, asked, journal, meter, listener, offline)
            made = asyncio.run(_generate(context, asked))
        finally:
            close_all()
            journal.close()
        pairs = make_pairs(ir, made.personas, made.conversations) if with_pairs else PairSet()
        manifest = _manifest(asked, folder, made, pairs, meter, time.monotonic() - begun)
        _write(folder, made, pairs, with_pairs)
        folder.finish(manifest)
        return Finished(folder, manifest, made, pairs)


def pair_run(project: Project, folder: RunFolder) -> PairSet:
    """Make the pairs of a stored run anew, from what its judges said then."""
    ir = load_ir(project, folder.config["build"])
    pairs = make_pairs(ir, list(folder.read("personas")), folder.read("conversations"))
    _write_pairs(folder, pairs)
    return pairs


def replay(project: Project, folder: RunFolder, scratch: Path, notify: Notify) -> list[str]:
    """Rebuild a run from the journal into `scratch`; returns the data files that differ.

    Raises:
        KakocError: a call is missing in the journal; the message names it.
    """
    asked = asked_again(folder.config)
    made = (folder.path / "pairs.jsonl").exists()
    execute(project, asked, RunFolder(scratch), notify, with_pairs=made, offline=True)
    names = [f"{name}.jsonl" for name in RESULTS if (folder.path / f"{name}.jsonl").exists()]
    return [n for n in names if (scratch / n).read_bytes() != (folder.path / n).read_bytes()]


def _context(
    project: Project,
    ir: Ir,
    asked: Asked,
    journal: Journal,
    meter: Meter,
    notify: Notify,
    offline: bool,
) -> RunContext:
    build = Builds(project.artifacts).require(asked.build)

    def fetching(what: str, done: int, total: int) -> None:
        notify("fetch", {"what": what, "done": done, "total": total})

    lms = {
        role: open_lm(config, journal, meter, fetching, offline=offline)
        for role, config in asked.models.items()
    }
    notify("start", {"run": asked.run_id, "conversations": asked.profile.personas})
    configs = list(asked.models.values())
    return RunContext(
        ir=ir,
        profile=asked.profile,
        seed=asked.seed,
        cast=make_cast(build, ir.project.name, lms),
        judges=_judges(project, ir, build, lambda text: notify("note", {"text": text})),
        rules=RuleBook(ir.rules),
        memo=journal,
        notify=notify,
        at_once=concurrency(configs),
        parallel_variants=all(config.engine != "embedded" for config in configs),
    )


def _judges(project: Project, ir: Ir, build: Path, progress: Any) -> list[Any]:
    heads = {
        path.stem: Head.model_validate(read_json(path))
        for path in sorted((build / "judges").glob("*.json"))
    }
    embedder = make_embedder(ir.models.embedder, progress)

    def load(use: str) -> type:
        found: type = lookup(use, lambda name: load_module(project, name))
        return found

    return list(judging.build_judges(ir, heads, embedder, load))


async def _generate(context: RunContext, asked: Asked) -> Generated:
    rows = sample(context.ir, asked.profile.personas)
    return await generate(context, rows)


def _listener(folder: RunFolder, notify: Notify) -> Notify:
    def listen(name: str, values: Mapping[str, Any]) -> None:
        if name != "fetch":
            folder.event(name, values)
        notify(name, values)

    return listen


def _manifest(
    asked: Asked, folder: RunFolder, made: Generated, pairs: PairSet, meter: Meter, seconds: float
) -> dict[str, Any]:
    usage = meter.usage
    return {
        **asked.config(),
        "run": folder.id,
        "identities": {role: journal_identity(config) for role, config in asked.models.items()},
        **summarize(made, pairs),
        "calls": {"made": meter.calls, "from_journal": meter.hits},
        "tokens": usage.model_dump(),
        "seconds": round(seconds, 2),
        "tokens_per_second": round(usage.completion / seconds, 2) if meter.calls else None,
        "cached_share": round(usage.cached / usage.prompt, 4) if usage.prompt else None,
    }


def _write(folder: RunFolder, made: Generated, pairs: PairSet, with_pairs: bool) -> None:
    folder.write("personas", made.personas)
    folder.write("conversations", made.conversations)
    folder.write("failures", made.failures)
    if with_pairs:
        _write_pairs(folder, pairs)


def _write_pairs(folder: RunFolder, pairs: PairSet) -> None:
    folder.write("pairs", pairs.pairs)
    write_file(folder.path / "preferences.jsonl", preference_jsonl(pairs.pairs))
    write_file(folder.path / "preferences.parquet", preference_parquet(pairs.pairs))
