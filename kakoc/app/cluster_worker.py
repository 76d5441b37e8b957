"""One worker of a cluster: holds conversations of the plan, as a local run would.

`Job` is all it is made from, so it can be made anew on any node that sees the project's folder.
Every conversation that it returns is committed in its shard of the journal.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from kakoc import errors
from kakoc.app.asking import Asked, load_ir
from kakoc.app.cluster_ledger import Begun, SharedBudget
from kakoc.app.models import played_by
from kakoc.app.wiring import run_context
from kakoc.errors import BudgetError, KakocError, StoreError
from kakoc.lm import Limits, Tariff
from kakoc.lm.background import Background
from kakoc.lm.shards import ShardJournal, Shards
from kakoc.plan import spares
from kakoc.ports import Meter
from kakoc.project import Project
from kakoc.run.context import RunContext
from kakoc.run.generate import Made, StandIn, make_one
from kakoc.types import PersonaRow, Record

MOST_TRIES = 5
"""A conversation that was lost so often with its worker is what kills them."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told; plain values, so that it can be sent anywhere."""

    project: Project
    asked: Asked
    planned: int
    shards: Shards
    limited: bool
    """Whether there is a budget to ask."""
    version: str
    """Of kakoc."""


class Fault(Record):
    """An error of the user's that ends the run, on its way to the command."""

    kind: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: KakocError) -> Fault:
        return cls(kind=type(error).__name__, message=str(error), hint=error.hint)

    def as_error(self) -> KakocError:
        found: KakocError = getattr(errors, self.kind)(self.message, self.hint)
        return found


class Told(Record):
    """What a worker says of one row of the plan: one of the three."""

    index: int
    made: Made | None = None
    spent: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    """What a worker needs to begin."""

    context: RunContext
    stand_in: StandIn
    journal: ShardJournal


class Worker:
    """Ray Data makes it in a process of its own and calls it from many threads."""

    def __init__(self, job: Job, ledger: Any) -> None:
        self._job, self._ledger = job, ledger
        # Another process is another worker, also where it takes the place of one.
        self._name = uuid.uuid4().hex[:12]
        self._meter = Meter()
        self._opened: _Open | None = None
        self._opening = threading.Lock()
        self._loop = Background()

    def __call__(self, batch: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        rows = [PersonaRow.model_validate_json(text) for text in batch["row"]]
        return {"told": [self._tell(row).model_dump_json() for row in rows]}

    def _tell(self, row: PersonaRow) -> Told:
        begun: Begun = self._ask("begin", row.index, self._name)
        if begun.spent:
            return Told(index=row.index, spent=begun.spent)
        try:
            with self._counted():
                return Told(index=row.index, made=self._make(row, begun))
        except BudgetError as error:
            return Told(index=row.index, spent=str(error))
        except KakocError as error:
            return Told(index=row.index, fault=Fault.of(error))

    def _make(self, row: PersonaRow, begun: Begun) -> Made:
        job = self._job
        if len(begun.earlier) >= MOST_TRIES:
            raise StoreError(
                f"{row.id} was lost with its worker {MOST_TRIES} times",
                "does a node run out of memory? See the logs of Ray",
            )
        with self._opening:
            opened = self._opened = self._opened or self._open()
        opened.journal.read_too(job.shards.path_of(name) for name in begun.earlier)
        return self._loop.run(_in_time(opened, row, begun.seconds))

    def _open(self) -> _Open:
        job = self._job
        _require_equal(job)
        ir = load_ir(job.project, job.asked.build)
        journal = ShardJournal(job.shards.path_of(self._name))
        journal.read_too([job.shards.base])
        budget = SharedBudget(self._reserve, self._release) if job.limited else None
        context = run_context(
            *(job.project, ir, job.asked, journal, self._meter, self._hear, False, Limits()),
            shared=budget,
        )
        return _Open(context, spares(played_by(ir, job.asked.models), job.planned), journal)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """What is returned is committed first, and counted."""
        try:
            yield
        finally:
            if self._opened:
                self._opened.journal.settle()
            self._ask("count", self._name, self._meter)

    def _reserve(self, request: Any, tariff: Tariff | None) -> int | str:
        number: int | str = self._ask("reserve", request, tariff)
        return number

    def _release(self, number: int) -> None:
        self._ledger.release.remote(number, self._name, self._meter)

    def _hear(self, name: str, values: Mapping[str, Any]) -> None:
        if name != "start":  # the command itself has said that
            self._ledger.hear.remote(name, dict(values), self._name, self._meter)

    def _ask(self, method: str, *arguments: Any) -> Any:
        import ray

        return ray.get(getattr(self._ledger, method).remote(*arguments))


async def _in_time(opened: _Open, row: PersonaRow, seconds: float | None) -> Made:
    try:
        async with asyncio.timeout(seconds):
            return await make_one(opened.context, row, opened.stand_in)
    except TimeoutError as error:
        raise BudgetError("the time is over") from error


def _require_equal(job: Job) -> None:
    """Refuse a node that would make something else, or see nothing of the project."""
    here = metadata.version("kakoc")
    if here != job.version:
        raise KakocError(f"a node has kakoc {here}, and the run was asked of {job.version}")
    if not job.shards.base.is_file():
        raise StoreError(
            f"a node does not see {job.shards.folder}",
            "the project and its artifacts must lie on shared storage, under the same path",
        )
