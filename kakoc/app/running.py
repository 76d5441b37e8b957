"""`run`, `generate` and `replay`: lets a run go and keeps what came of it.

What was asked before is resumed: the journal answers every call that was already made.
"""

from __future__ import annotations

import asyncio
import gc
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.app.asking import Asked, asked_again, load_ir
from kakoc.app.cluster import Cluster, generate_on
from kakoc.app.colliding import collide
from kakoc.app.models import played_by
from kakoc.app.prices import require_prices
from kakoc.app.resuming import how_to_go_on
from kakoc.app.spending import Progressed, limit_options, stopped_early
from kakoc.app.stopping import Stop
from kakoc.app.wiring import run_context
from kakoc.errors import BudgetError, KakocError, StoreError
from kakoc.ir import Ir, PairPolicy
from kakoc.lm import Budget, Journal, close_all
from kakoc.lm import Limits as Limits
from kakoc.lm.shards import take_in_leftovers
from kakoc.plan import sample, spares
from kakoc.ports import Meter, Notify
from kakoc.project import Project
from kakoc.run.context import RunContext
from kakoc.run.generate import Generated, generate
from kakoc.run.pairs import PairSet, make_pairs
from kakoc.run.summary import pair_counts, summarize
from kakoc.store.files import write_file
from kakoc.store.preferences import preference_jsonl, preference_parquet
from kakoc.store.runs import RESULTS, RunFolder

NO_LIMITS = Limits()


@dataclass(slots=True)
class Finished:
    """A run that came to its end."""

    folder: RunFolder
    manifest: dict[str, Any]
    generated: Generated
    pairs: PairSet


def execute(
    project: Project,
    asked: Asked,
    folder: RunFolder,
    notify: Notify,
    *,
    with_pairs: bool = True,
    offline: bool = False,
    limits: Limits = NO_LIMITS,
    cluster: Cluster | None = None,
    meter: Meter | None = None,
) -> Finished:
    """Run to the end and write `folder`, the manifest last.

    Args:
        offline: every call must be in the journal; nothing is asked of a model.
        limits: what may be spent; not part of what the run is, so a larger budget goes on with it.
        cluster: where conversations are held instead of here; not part of what the run is either.
        meter: counts what is used, for whoever looks at it meanwhile.

    Raises:
        BudgetError: it is spent, or a signal came (`StoppedError`). The run is not finished, and
            nothing that was paid for is lost.
        KakocError: a model cannot be opened or has no price that is needed, the disk is full, or
            another process is at work.
    """
    ir = load_ir(project, asked.build)
    if limits.cost is not None:
        require_prices(ir, asked)
    if cluster and asked.accept is not None:
        raise KakocError("--accept goes over the plan on one machine", "leave out --engine ray")
    with folder.locked():
        folder.start(asked.config())
        meter, begun = meter or Meter(), time.monotonic()
        path = project.artifacts / "journal" / "journal.sqlite"
        take_in_leftovers(path)
        with folder.recording() as events:
            progressed = Progressed()
            listener = _listener(events.add, notify, progressed, meter)
            try:
                if cluster:
                    made = generate_on(cluster, project, ir, asked, path, meter, listener, limits)
                    if collide(project, ir, asked, path, made):
                        # Each row was made apart; in plan order, here, some are drawn again.
                        listener("note", {"text": "texts are too close: settled on this machine"})
                        made = _generate_here(
                            project, ir, asked, path, meter, listener, offline, limits
                        )
                else:
                    made = _generate_here(
                        project, ir, asked, path, meter, listener, offline, limits
                    )
            except BudgetError as error:
                command = _command(project, folder, with_pairs, limits, cluster)
                raise stopped_early(error, ir, asked, meter, progressed, command) from error
        pairs = make_pairs(ir, made.personas, made.conversations) if with_pairs else PairSet()
        policy = ir.conversation.pairs
        manifest = _manifest(asked, made, pairs, policy, meter, time.monotonic() - begun)
        _write(folder, made, pairs, with_pairs)
        folder.finish(manifest)
        return Finished(folder, manifest, made, pairs)


def pair_run(project: Project, folder: RunFolder, matched: bool = False) -> dict[str, Any]:
    """Make the pairs of a stored run anew, from what its judges said then.

    Args:
        matched: leave out pairs until length alone predicts nothing.

    Returns what the manifest then says of the pairs.
    """
    with folder.locked():
        manifest = folder.manifest
        if manifest is None:
            raise StoreError(
                f"run {folder.id} is not finished", "the command that began it goes on"
            )
        if "build" not in manifest:
            raise StoreError(f"nobody has judged run {folder.id}", f"kakoc judge --run {folder.id}")
        ir = load_ir(project, manifest["build"])
        pairs = make_pairs(ir, list(folder.read("personas")), folder.read("conversations"))
        if matched:
            pairs.match_length()
        _write_pairs(folder, pairs)
        counts = pair_counts(pairs, ir.conversation.pairs)
        counts["policy"] = ir.conversation.pairs.on_confounded
        counts["length_matched"] = matched
        folder.finish({**manifest, "pairs": counts})
    return counts


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


def _generate_here(
    project: Project,
    ir: Ir,
    asked: Asked,
    path: Path,
    meter: Meter,
    notify: Notify,
    offline: bool,
    limits: Limits,
) -> Generated:
    journal, budget = Journal(path), Budget(limits, meter)
    stop = Stop(budget, journal, notify)
    try:
        context = run_context(
            project, ir, asked, journal, meter, notify, offline, limits, shared=budget
        )
        # What was loaded stays: the collector need not walk it again and again.
        gc.freeze()
        with stop.listening():
            return asyncio.run(_generate(context, asked, limits.seconds, stop))
    finally:
        gc.unfreeze()
        close_all()
        journal.close()


async def _generate(
    context: RunContext, asked: Asked, seconds: float | None, stop: Stop
) -> Generated:
    ir = played_by(context.ir, asked.models)
    rows = sample(ir, asked.rows)
    # Where enough must pass, the next row of the plan takes the place of one that is refused.
    stand_in = spares(ir, len(rows)) if asked.accept is None else None
    stop.watch()
    try:
        async with asyncio.timeout(seconds):
            return await generate(context, rows, stand_in, asked.accept)
    except TimeoutError as error:
        raise BudgetError(f"the {seconds:g} seconds are over") from error
    except asyncio.CancelledError:
        if stop.reason:
            raise stop.reason from None
        raise


def _command(
    project: Project,
    folder: RunFolder,
    with_pairs: bool,
    limits: Limits,
    cluster: Cluster | None,
) -> str | None:
    """The command that goes on with a run, with the same budget anew."""
    found = how_to_go_on(project, folder, "run" if with_pairs else "generate").command
    if found is None:
        return None
    engine = " --engine ray" if cluster else ""
    if cluster and cluster.address:
        engine += f" --address {shlex.quote(cluster.address)}"
    return f"{found}{engine} {limit_options(limits)}".rstrip()


def _spent(meter: Meter) -> dict[str, Any]:
    """Everything that was used until now."""
    tokens = meter.usage.prompt + meter.usage.completion
    return {"calls": meter.calls + meter.hits, "tokens": tokens, "cost": meter.bill}


def _listener(record: Notify, notify: Notify, progressed: Progressed, meter: Meter) -> Notify:
    def listen(name: str, values: Mapping[str, Any]) -> None:
        progressed.hear(name, values)
        if name == "conversation":
            record(name, {**values, **_spent(meter)})
        elif name != "fetch":
            record(name, values)
        notify(name, values)

    return listen


def _manifest(
    asked: Asked,
    made: Generated,
    pairs: PairSet,
    policy: PairPolicy,
    meter: Meter,
    seconds: float,
) -> dict[str, Any]:
    usage = meter.usage
    return {
        **asked.config(),
        "run": asked.run_id,
        "identities": asked.identities,
        **summarize(made, pairs, policy),
        "calls": {"made": meter.calls, "from_journal": meter.hits},
        "tokens": usage.model_dump(),
        "cost": None if meter.bill is None else round(meter.bill, 6),
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
