"""Puts the parts of a run together: models, cast, judges, memory. Starts none of them."""

from __future__ import annotations

from kakoc.app.asking import Asked
from kakoc.app.colliding import open_collisions
from kakoc.app.judges import asking, open_judges
from kakoc.app.models import concurrency
from kakoc.app.prices import tariff_of
from kakoc.ir import Ir
from kakoc.judging import Complete, RuleBook
from kakoc.lm import Budget, Journal, Limits, open_lm
from kakoc.ports import Meter, Notify
from kakoc.project import Project
from kakoc.run.cast import make_cast
from kakoc.run.context import RunContext
from kakoc.store.builds import Builds


def run_context(
    project: Project,
    ir: Ir,
    asked: Asked,
    journal: Journal,
    meter: Meter,
    notify: Notify,
    offline: bool,
    limits: Limits,
    shared: Budget | None = None,
) -> RunContext:
    """Everything a stage may use.

    Args:
        offline: every call must be in the journal.
        limits: what may be spent.
        shared: the budget of several processes, asked instead of one of our own.

    Raises:
        KakocError: a model or a judge cannot be opened.
    """
    build = Builds(project.artifacts).require(asked.build)

    def fetching(what: str, done: int, total: int) -> None:
        notify("fetch", {"what": what, "done": done, "total": total})

    budget = shared or (Budget(limits, meter) if limits.any else None)
    lms = {
        role: open_lm(config, journal, meter, fetching, offline, budget, tariff_of(ir, config))
        for role, config in asked.models.items()
    }
    notify("start", {"run": asked.run_id, "conversations": asked.at_least})
    configs = list(asked.models.values())

    def complete(name: str) -> Complete:
        return asking(ir, name, journal, meter, fetching, offline, budget)

    return RunContext(
        ir=ir,
        profile=asked.profile,
        seed=asked.seed,
        cast=make_cast(build, ir.project.name, lms),
        judges=open_judges(project, ir, build, fetching, complete, steering=True),
        rules=RuleBook.of(ir),
        memo=journal,
        notify=notify,
        at_once=concurrency(configs),
        parallel_variants=all(config.engine != "embedded" for config in configs),
        collisions=open_collisions(project, ir, asked, journal, fetching),
    )
