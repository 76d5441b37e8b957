"""A run on a Ray cluster: Ray Data gives the rows of the plan to workers, one file each to write.

The command stays the one who writes the run; a worker returns what it made. A worker that is lost
is made anew elsewhere: its conversations run again, and what it had paid is read from its shard.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from kakoc.app.asking import Asked
from kakoc.app.cluster_desk import Desk, ledger_beside_us, plain_errors, untold
from kakoc.app.cluster_ledger import add_up
from kakoc.app.cluster_worker import Job, Told, Worker
from kakoc.app.models import choose_models, concurrency, played_by
from kakoc.errors import BudgetError, KakocError, ModelError
from kakoc.ir import Ir
from kakoc.lm import Limits
from kakoc.lm.shards import Shards
from kakoc.plan import sample
from kakoc.ports import Meter, Notify
from kakoc.project import Project
from kakoc.run.generate import Generated, Made, put_together
from kakoc.types import PersonaRow

SLIVER = 0.001
"""Of a core, that a worker asks for: it waits for servers most of the time, and what is left of a
cluster must be able to take in the workers of a node that is lost."""
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to run."""

    address: str | None = None
    """None: RAY_ADDRESS, the cluster of this machine, or a new one here."""


def generate_on(
    cluster: Cluster,
    project: Project,
    ir: Ir,
    asked: Asked,
    journal: Path,
    meter: Meter,
    notify: Notify,
    limits: Limits,
) -> Generated:
    """All conversations of the plan, held by the workers of `cluster`; in plan order.

    Args:
        journal: the main journal, which nobody of this process holds open.
        meter: told what is paid, while it is.

    Raises:
        BudgetError: it is spent before the end.
        KakocError: there is no Ray or no cluster, or a node cannot hold conversations.
    """
    _require_servers(ir, asked)
    rows = sample(played_by(ir, asked.models), asked.profile.personas)
    shards = Shards(journal, asked.run_id)
    with shards.opened(), connected(cluster):
        notify("start", {"run": asked.run_id, "conversations": len(rows)})
        version = metadata.version("kakoc")
        job = Job(project, asked, len(rows), shards, limits.any, version)
        desk = Desk(ledger_beside_us(limits), meter, notify)
        told = _held(rows, job, desk)
    add_up([*desk.meters.values(), *untold(shards.paid, desk.meters)], meter)
    if spent := next((one.spent for one in told.values() if one.spent), ""):
        raise BudgetError(spent)
    return put_together([told[row.index].made or Made() for row in rows])


@contextmanager
def connected(cluster: Cluster) -> Iterator[None]:
    """In touch with the cluster, for as long as the context lasts.

    Raises:
        KakocError: there is no Ray, or no cluster at the address.
    """
    ray = _ray()
    if (cluster.address or "").startswith("ray://"):
        raise KakocError(
            "a Ray client cannot reach the project's files",
            "call kakoc on a machine of the cluster, with --address auto",
        )
    # Ray prints when a node is lost; results alone go to stdout.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            _require_somebody(cluster.address or "")
            # What workers print is noise here; Ray keeps it in its own logs.
            ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, RuntimeError, ValueError) as error:
            raise KakocError(
                f"no Ray cluster at {cluster.address or 'RAY_ADDRESS'}: {error}",
                "start one with `ray start --head`, or leave --address out for a new one here",
            ) from error
        try:
            yield
        finally:
            ray.shutdown()


def _require_somebody(address: str) -> None:
    """Ray itself would ask again and again, for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()


def _held(rows: Sequence[PersonaRow], job: Job, desk: Desk) -> dict[int, Told]:
    import ray

    told: dict[int, Told] = {}
    with desk.listening(), plain_errors():
        for row in _spread(rows, job, desk):
            one = Told.model_validate_json(row["told"])
            if one.fault:
                raise one.fault.as_error()
            if one.index in told:
                raise AssertionError(f"row {one.index} of the plan came twice")
            told[one.index] = one
    if again := ray.get(desk.ledger.begun_again.remote()):
        text = f"{again} conversations ran again, because their worker was lost"
        desk.notify("note", {"text": text})
    return told


def _spread(rows: Sequence[PersonaRow], job: Job, desk: Desk) -> Iterator[Any]:
    """What workers tell, as it comes. A block a conversation: only what was lost runs again."""
    import ray
    import ray.data

    nodes = sum(1 for node in ray.nodes() if node["Alive"])
    workers = max(1, min(len(rows), int(ray.cluster_resources().get("CPU", 1))))
    desk.notify("note", {"text": f"{workers} workers on {nodes} nodes"})
    at_once = min(concurrency([*job.asked.models.values()]), -(-len(rows) // workers))
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    items = [{"row": row.model_dump_json()} for row in rows]
    dataset = ray.data.from_items(items, override_num_blocks=len(items)).map_batches(
        Worker,
        fn_constructor_args=(job, desk.ledger),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(
            size=workers,
            max_tasks_in_flight_per_actor=at_once,
            max_concurrent_calls_per_actor=at_once,
            enable_true_multi_threading=True,
        ),
        num_cpus=SLIVER,  # by itself Ray Data spreads them over the nodes
    )
    yield from dataset.iter_rows()  # and the data set lives as long as its rows


def _require_servers(ir: Ir, asked: Asked) -> None:
    judges = {judge.model for judge in ir.judges if judge.model}
    configs = [*asked.models.values()]
    configs += [choose_models(ir, [name])["supporter"] for name in sorted(judges)]
    for config in configs:
        if config.engine == "embedded":
            raise ModelError(
                f"{config.name} is embedded, and the workers of a node would fight for its cores",
                "serve it, e.g. with llama-server, and give --lm http/NAME --api-base URL",
            )


def _ray() -> Any:
    # Nothing is told to anybody: Ray asks this variable when it starts a cluster.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Its native half writes to stderr, past everything; what matters comes as an exception too.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
    except ImportError as error:
        raise KakocError(
            "--engine ray needs the package ray", 'pip install "kakoc[ray]"'
        ) from error
    return ray
