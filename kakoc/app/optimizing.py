"""`optimize`: a search for better words of a role, on the conversations of a stored run.

Everything lies in the folder of a run of its own: events, `candidates/` as they come, `effect.json`
and last the manifest. A search that was cut off is made again with the same command: the journal
answers what was asked before, so it comes to where it stopped, whatever the optimizer is.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from kakoc.app.asking import Asked, asked_again, load_ir
from kakoc.app.building import BuildResult
from kakoc.app.held_out_looks import look
from kakoc.app.models import choose_models
from kakoc.app.recipes import Recipe, load_recipe
from kakoc.app.wiring import run_context
from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.lm import Journal, Limits, LmConfig, close_all, journal_identity, open_lm
from kakoc.lm.varied import varied
from kakoc.ports import Meter, Notify
from kakoc.project import Project
from kakoc.run.context import RunContext
from kakoc.run.optimize.cases import FEWEST_CITIES, HELD_OUT, Case, some, split_cities
from kakoc.run.optimize.effect import Effect, as_json, refusals
from kakoc.run.optimize.metric import Task
from kakoc.run.optimize.persona import PersonaTask
from kakoc.run.optimize.proposer import BlockProposer
from kakoc.run.optimize.rollout import rollout
from kakoc.run.optimize.search import Data, Searching, Ways, require_enough
from kakoc.run.optimize.seeker import SeekerTask
from kakoc.run.optimize.supporter import SupporterTask
from kakoc.run.optimize.watch import Candidate, Watch
from kakoc.store.files import write_json
from kakoc.store.runs import RunFolder, find_run, list_runs
from kakoc.types import RECORDS_VERSION, Role, digest

STAGE = "optimize"
TRAIN_CASES, DEV_CASES = 60, 36
PLACES = 2
"""Turns of each held-out Seeker, at every care level."""
MOST_THREADS = 16
ROLLOUT_TURNS = 4
TASKS: dict[Role, Callable[[RunContext], Task]] = {
    "supporter": SupporterTask,
    "seeker": SeekerTask,
    "persona": PersonaTask,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search is asked to do."""

    role: Role
    recipe: str
    run: str | None = None
    """Whose conversations; None: the newest run that has enough of them."""
    budget: int | None = None
    seed: int = 1
    lms: tuple[str, ...] = ()
    api_base: str | None = None
    reflector: str | None = None
    rollout: int = 0
    """Held-out people with whom whole conversations are held, before and after."""


@dataclass(frozen=True)
class Found:
    """What came of it."""

    folder: RunFolder
    manifest: dict[str, Any]


@dataclass(frozen=True)
class _Plan:
    """A search that can begin."""

    wanted: Wanted
    recipe: Recipe
    source: RunFolder
    asked: Asked
    ir: Ir
    reflector: LmConfig | None

    @property
    def calls(self) -> int:
        return self.recipe.calls if self.wanted.budget is None else self.wanted.budget

    def config(self) -> dict[str, Any]:
        """As stored in `config.json`; its digest is the run's id."""
        return {
            "version": RECORDS_VERSION,
            "stage": STAGE,
            "role": self.wanted.role,
            "recipe": {"name": self.recipe.name, "code": self.recipe.code},
            "build": self.asked.build,
            "source": self.source.id,
            "seed": self.wanted.seed,
            "budget": self.calls,
            "rollout": self.wanted.rollout,
            "lms": {role: asdict(config) for role, config in self.asked.models.items()},
            "reflector": asdict(self.reflector) if self.reflector else None,
        }

    @property
    def run_id(self) -> str:
        reflector = journal_identity(self.reflector) if self.reflector else None
        identity = {**self.config(), "lms": self.asked.identities, "reflector": reflector}
        return f"{STAGE}-{self.wanted.role}-{self.recipe.name}-{digest(identity, 10)}"


def optimize(
    project: Project, build: BuildResult, wanted: Wanted, notify: Notify, limits: Limits
) -> Found:
    """Search, measure, and write everything down; the manifest last.

    Args:
        limits: `seconds` are of the search alone; the rest is of everything that is paid for.

    Raises:
        KakocError: there is no run or no recipe for it, or a model or the journal failed.
        BudgetError: the cost is spent. What was paid for is in the journal.
    """
    plan = _plan(project, build, wanted)
    folder = RunFolder(project.artifacts / "runs" / plan.run_id)
    with folder.locked():
        folder.start(plan.config())
        shutil.rmtree(folder.path / "candidates", ignore_errors=True)
        journal = Journal(project.artifacts / "journal" / "journal.sqlite")
        try:
            with folder.recording() as events:
                told = _Telling(folder, events.add, notify)
                manifest = _Optimizing(project, plan, told, journal, limits).run()
        finally:
            close_all()
            journal.close()
        # Not `folder.finish`: `latest` goes on to mean conversations.
        write_json(folder.path / "manifest.json", manifest)
    return Found(folder, manifest)


@dataclass(frozen=True)
class _Telling:
    """Where a search is told of."""

    folder: RunFolder
    note: Notify
    """Into the folder's events."""
    notify: Notify


class _Optimizing:
    def __init__(
        self, project: Project, plan: _Plan, told: _Telling, journal: Journal, limits: Limits
    ) -> None:
        self.project, self.plan, self.journal, self.limits = project, plan, journal, limits
        self.folder, self.note, self.notify = told.folder, told.note, told.notify
        self.meter = Meter()
        self.watch: Watch | None = None

    def run(self) -> dict[str, Any]:
        begun = time.monotonic()
        self._event("start", {"run": self.folder.id, "source": self.plan.source.id})
        context = self._context()
        task = TASKS[self.plan.wanted.role](context)
        data = self._data(context, task)
        watch = self.watch = Watch([c.id for c in data.dev], self._asked, self._event)
        speaker = getattr(context.cast, self.plan.wanted.role)
        ways = self._ways(context, speaker.lm, task)
        searching = Searching(speaker, task, data, ways, watch, self._event)
        best = searching.search()
        took = {"calls": watch.spent, "seconds": round(time.monotonic() - begun, 1)}
        self._event("searched", {"best": best.number, "ended": watch.ended or "done", **took})
        found, looks = self._measured(searching, data, best)
        confirmed = self._rolled_out(context, searching, data, best)
        manifest = self._manifest(data, watch, best, found, looks, took)
        return {**manifest, "rollout": confirmed, "seconds": round(time.monotonic() - begun, 2)}

    def _rolled_out(
        self, context: RunContext, searching: Searching, data: Data, best: Candidate
    ) -> dict[str, Any] | None:
        count = self.plan.wanted.rollout
        if best.number == 0 or not count or self.plan.wanted.role != "supporter":
            return None
        held = list(dict.fromkeys(case.persona for case in data.held_out))[:count]
        people = [p for p in self.plan.source.read("personas") if p.id in held]
        turns = min(ROLLOUT_TURNS, self.plan.asked.profile.turns)
        self._event("rollout", {"people": len(people), "turns": turns})
        found = rollout(context, searching.program, best, people, turns)
        self._event("rolled_out", found)
        return found

    def _measured(
        self, searching: Searching, data: Data, best: Candidate
    ) -> tuple[Effect | None, int]:
        """The table, and how often its people were looked at; none for the prompt as it was."""
        if best.number == 0:
            return None, 0
        people = {case.persona for case in data.held_out}
        looks = look(self.project, self.plan.source.id, people, self.folder.id, best.id)
        self._event("look", {"held_out_seekers": len(people), "looks": looks})
        found = searching.compare(best)
        write_json(self.folder.path / "effect.json", as_json(found))
        self._event("effect", {"refusals": refusals(found), **_numbers(found)})
        return found, looks

    def _asked(self) -> int:
        return self.meter.calls + self.meter.hits

    def _context(self) -> RunContext:
        silent = {"start"}  # of a run of conversations

        def listen(name: str, values: Mapping[str, Any]) -> None:
            if name not in silent:
                self.notify(name, values)

        limits = replace(self.limits, seconds=None)
        return run_context(
            self.project,
            self.plan.ir,
            self.plan.asked,
            self.journal,
            self.meter,
            listen,
            False,
            limits,
        )

    def _data(self, context: RunContext, task: Task) -> Data:
        personas = list(self.plan.source.read("personas"))
        talks = [c for c in self.plan.source.read("conversations") if c.status == "ok"]
        parts = split_cities(self.plan.ir, Counter(talk.city for talk in talks))
        cases = [case for case in task.cases(personas, talks) if case.city in parts]
        of: dict[str, list[Case]] = {name: [] for name in ("train", "dev", "held_out")}
        for case in cases:
            of[parts[case.city]].append(case)
        task.learn([case for case in of["train"] if case.label])
        train = [_usual(task, case) for case in some(of["train"], TRAIN_CASES)]
        levels = len(self.plan.ir.care_levels)
        held = {case.persona for case in of["held_out"]}
        data = Data(
            train=train,
            dev=some(of["dev"], DEV_CASES),
            held_out=some(of["held_out"], len(held) * PLACES * levels),
            demos=[_usual(task, case) for case in task.demos(of["train"])],
        )
        require_enough(data)
        self._say_sizes(data, len(held))
        return data

    def _say_sizes(self, data: Data, held: int) -> None:
        sizes = {name: len(getattr(data, name)) for name in ("train", "dev", "held_out", "demos")}
        self._event("data", {**sizes, "held_out_seekers": held})
        if held < HELD_OUT:
            text = (
                f"the run has {held} held-out Seekers, and {HELD_OUT} are wanted: intervals are "
                f"wide, and `kakoc promote` will ask for --force"
            )
            self.notify("warning", {"text": text})

    def _ways(self, context: RunContext, lm: Any, task: Task) -> Ways:
        plan = self.plan
        reflector = plan.reflector and open_lm(plan.reflector, self.journal, self.meter)
        return Ways(
            recipe=plan.recipe.search,
            calls=plan.calls,
            seed=plan.wanted.seed,
            threads=min(MOST_THREADS, context.at_once),
            propose=BlockProposer(task.blocks()),
            seconds=self.limits.seconds,
            reflector=varied(reflector) if reflector is not None else None,
            writer=varied(reflector if reflector is not None else lm),
            stops_itself=plan.recipe.stops_itself,
        )

    def _event(self, name: str, values: Mapping[str, Any]) -> None:
        if name == "candidate" and self.watch is not None:
            self._keep(self.watch, int(values["candidate"]))
            values = {**values, **self._spent()}
        self.note(name, values)
        self.notify(name, values)

    def _spent(self) -> dict[str, Any]:
        usage = self.meter.usage
        return {"tokens": usage.prompt + usage.completion, "cost": self.meter.bill}

    def _keep(self, watch: Watch, number: int) -> None:
        """A prompt that was scored on all dev cases, readable, as soon as it was."""
        candidate = next(c for c in watch.finished if c.number == number)
        kept = {
            "candidate": number,
            "id": candidate.id,
            "role": self.plan.wanted.role,
            "score": round(candidate.mean(watch.dev), 4),
            "judges": candidate.by_judge(watch.dev),
            "scores": dict(sorted(candidate.scores.items())),
            "predictors": candidate.words,
        }
        write_json(self.folder.path / "candidates" / f"{number:03d}.json", kept)

    def _manifest(
        self,
        data: Data,
        watch: Watch,
        best: Candidate,
        found: Effect | None,
        looks: int,
        took: dict[str, Any],
    ) -> dict[str, Any]:
        scores = {c.number: round(c.mean(watch.dev), 4) for c in watch.finished}
        usage = self.meter.usage
        return {
            **self.plan.config(),
            "run": self.folder.id,
            "identities": self.plan.asked.identities,
            "search": {"ended": watch.ended or "done", **took},
            "candidates": scores,
            "best": best.number,
            "cases": {n: len(getattr(data, n)) for n in ("train", "dev", "held_out", "demos")},
            "digests": {n: _digest(getattr(data, n)) for n in ("train", "dev", "held_out")},
            "held_out_looks": looks,
            "effect": as_json(found) if found else None,
            "refusals": refusals(found) if found else ["no prompt did better on the dev cities"],
            "calls": {"made": self.meter.calls, "from_journal": self.meter.hits},
            "tokens": usage.model_dump(),
        }


def _plan(project: Project, build: BuildResult, wanted: Wanted) -> _Plan:
    recipe = load_recipe(project, wanted.recipe)
    source = _source(project, wanted.run)
    ir = load_ir(project, build.fingerprint)
    held = asked_again(source.config)
    models = choose_models(ir, wanted.lms, wanted.api_base)
    reflector = None
    if wanted.reflector:
        reflector = choose_models(ir, [wanted.reflector], None)[wanted.role]
    # The run's seed: what it paid for is known then, and its prompt costs nothing to measure.
    asked = Asked(held.profile, held.seed, models, build.fingerprint)
    return _Plan(wanted, recipe, source, asked, ir, reflector)


def _source(project: Project, name: str | None) -> RunFolder:
    if name is not None:
        folder = find_run(project.artifacts, name)
        if not _has_conversations(folder):
            raise StoreError(f"run {folder.id} holds no conversations of ours", "kakoc run")
        return folder
    for folder in list_runs(project.artifacts):
        if _has_conversations(folder):
            cities = {c.city for c in folder.read("conversations") if c.status == "ok"}
            if len(cities) >= FEWEST_CITIES:
                return folder
    raise StoreError(
        f"no run has conversations of {FEWEST_CITIES} cities or more",
        "make one: kakoc run --personas 69",
    )


def _has_conversations(folder: RunFolder) -> bool:
    is_there = (folder.path / "conversations.jsonl").exists() and folder.manifest is not None
    return is_there and "profile" in folder.config and "models" in folder.config


def _usual(task: Task, case: Case) -> Case:
    return replace(case, usual=task.score(case, case.label, "").score) if case.label else case


def _digest(cases: Sequence[Case]) -> str:
    """Of which places these are; what was said there follows from the run."""
    return digest([case.id for case in cases])


def _numbers(found: Effect) -> dict[str, float]:
    score = found.row("score")
    names = ("before", "after", "difference", "low", "high")
    return {name: getattr(score, name) for name in names}
