"""Puts the parts of a run together: models, cast, judges, memory. Starts none of them."""

from __future__ import annotations

from pathlib import Path

from kakoc import judging
from kakoc.app.asking import Asked
from kakoc.app.models import Fetching, concurrency, make_embedder
from kakoc.ir import Ir
from kakoc.judging import Head, RuleBook
from kakoc.lm import Journal, open_lm
from kakoc.ports import Judge, Meter, Notify
from kakoc.project import Project, load_module
from kakoc.registry import lookup
from kakoc.run.cast import make_cast
from kakoc.run.context import RunContext
from kakoc.store.builds import Builds
from kakoc.store.files import read_json
from kakoc.types import digest


def run_context(
    project: Project,
    ir: Ir,
    asked: Asked,
    journal: Journal,
    meter: Meter,
    notify: Notify,
    offline: bool,
) -> RunContext:
    """Everything a stage may use.

    Args:
        offline: every call must be in the journal.

    Raises:
        KakocError: a model or a judge cannot be opened.
    """
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
        judges=_judges(project, ir, build, fetching),
        rules=RuleBook(ir.rules),
        memo=journal,
        notify=notify,
        at_once=concurrency(configs),
        parallel_variants=all(config.engine != "embedded" for config in configs),
    )


def _judges(project: Project, ir: Ir, build: Path, fetching: Fetching) -> list[Judge]:
    heads = {
        path.stem: Head.model_validate(read_json(path))
        for path in sorted((build / "judges").glob("*.json"))
    }
    embedder = make_embedder(ir.models.embedder, fetching)

    def load(use: str) -> type:
        found: type = lookup(use, lambda name: load_module(project, name))
        return found

    return judging.build_judges(ir, heads, embedder, load, _judging_code(build))


def _judging_code(build: Path) -> str:
    """Of the judges' code when the build was made, so that a replay finds its verdicts."""
    inputs = read_json(build / "manifest.json")["inputs"]
    names = ("modules/judges/", "version:")
    return digest({name: value for name, value in inputs.items() if name.startswith(names)})
