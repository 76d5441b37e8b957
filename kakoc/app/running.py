"""`run`, `generate` and `replay`: lets a run go and keeps what came of it.

What was asked before is resumed: the journal answers every call that was already made.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.app.asking import Asked, asked_again, load_ir
from kakoc.app.models import played_by
from kakoc.app.wiring import run_context
from kakoc.errors import BudgetError, StoreError
from kakoc.ir import PairPolicy
from kakoc.lm import Journal, close_all
from kakoc.lm import Limits as Limits
from kakoc.plan import sample, spares
from kakoc.ports import Meter, Notify
from kakoc.project import Project
from kakoc.run.context import RunContext
from kakoc.run.generate import GO_ON, Generated, generate
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
) -> Finished:
    """Run to the end and write `folder`, the manifest last.

    Args:
        offline: every call must be in the journal; nothing is asked of a model.
        limits: what may be spent; not part of what the run is, so a larger budget goes on with it.

    Raises:
        BudgetError: it is spent. The run is not finished, and nothing that was paid for is lost.
        KakocError: a model cannot be opened, the disk is full, or another process is at work.
    """
    with folder.locked():
        folder.start(asked.config())
        listener = _listener(folder, notify)
        meter, begun = Meter(), time.monotonic()
        ir = load_ir(project, asked.build)
        journal = Journal(project.artifacts / "journal" / "journal.sqlite")
        try:
            context = run_context(project, ir, asked, journal, meter, listener, offline, limits)
            made = asyncio.run(_generate(context, asked, limits.seconds))
        finally:
            close_all()
            journal.close()
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


async def _generate(context: RunContext, asked: Asked, seconds: float | None) -> Generated:
    ir = played_by(context.ir, asked.models)
    rows = sample(ir, asked.profile.personas)
    try:
        async with asyncio.timeout(seconds):
            return await generate(context, rows, spares(ir, len(rows)))
    except TimeoutError as error:
        raise BudgetError(f"the {seconds:g} seconds are over", GO_ON) from error


def _listener(folder: RunFolder, notify: Notify) -> Notify:
    def listen(name: str, values: Mapping[str, Any]) -> None:
        if name != "fetch":
            folder.event(name, values)
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
