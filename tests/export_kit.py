"""A small run made by hand: three cities, one a split, with texts that must and must not leave."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

# Read when `datasets` is imported: no test asks the Hub anything.
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")

from kakoc.store.export import About, Guard, open_source, write_export
from kakoc.store.export.source import Source
from kakoc.store.runs import RunFolder
from kakoc.types import (
    Conversation,
    Pair,
    Persona,
    SeekerTurn,
    Side,
    Turn,
    Variant,
    Verdict,
    Violation,
)

SPLITS = {"cairo": "train", "lima": "dev", "oslo": "test"}
CARES = (0.2, 0.5, 0.8)
SYSTEM = "Stay with them."
THOUGHT = "A thought that nobody hears"
SECRET = "[method] that nobody may read"
CARELESS = "Just pull yourself together"
ABOUT = About(
    project="demo",
    title="A demo of talks.",
    license="Apache-2.0",
    spec="5bec",
    build="b01d",
    run="run-1",
    version="0.1",
    made="2026-01-31",
    intended_use=("Research.", "Not for use with people in crisis."),
    seed=7,
    models={"seeker": "embedded/tiny@1234", "supporter": "embedded/tiny@1234"},
    judges=({"name": "empathy", "use_for": "reward", "weight": 0.6, "figures": {}},),
    pairs={
        "planned": 18,
        "pairs": 9,
        "ties": 6,
        "dropped": 3,
        "drops": {"both sides are unsafe": 3},
        "baselines": {"length_only": {"share": 0.5, "low": 0.4, "high": 0.6, "pairs": 9}},
        "confounded": [],
    },
)


def crossed(kind: str) -> tuple[Violation, ...]:
    return (Violation(rule=f"{kind}_rule", kind=kind, text_sha256="ab"),)  # type: ignore[arg-type]


def said(message: str) -> SeekerTurn:
    return SeekerTurn(
        thought=f"{THOUGHT}, {message}", message=message, distress=7, ready_to_close=False
    )


def variant(care: float, text: str = "", **fields: Any) -> Variant:
    reasons = ("It names the feeling.", "Its measured distress fell.")
    scored = Verdict(
        judge="empathy", score=care, parts={"distress": 0.6, "warmth": care}, reasons=reasons
    )
    made = {"care": care, "status": "ok", "text": text or f"A reply at {care:g}.", "reward": care}
    how = {"seed": 1, "attempts": 1, "model": "embedded/tiny@1234", "prompt": "p1"}
    return Variant(**{**made, **how, "verdicts": {"empathy": scored}, **fields})


def turn(
    index: int, variants: Sequence[Variant] = (), chosen: float | None = 0.8, **fields: Any
) -> Turn:
    made = {"seeker": said(f"Words of turn {index}."), "disclosure": 0.5, "seed": 1, "attempts": 1}
    return Turn(
        **{
            **made,
            "index": index,
            "model": "embedded/tiny@1234",
            "prompt": "p0",
            "variants": tuple(variants or [variant(care) for care in CARES]),
            "chosen": chosen,
            **fields,
        }
    )


def talk(city: str, turns: Sequence[Turn] = (), **fields: Any) -> Conversation:
    made = {
        "persona": f"of_{city}",
        "city": city,
        "language": "en",
        "status": "ok",
        "ended": "turns",
    }
    told = tuple(turns or (turn(1), turn(2)))
    return Conversation(**{"id": f"of_{city}-c1", **made, "turns": told, **fields})


def persona(city: str, **card: Any) -> Persona:
    made = {
        "problem": "loss",
        "language": "en",
        "seed": 1,
        "attempts": 1,
        "model": "m",
        "prompt": "p",
    }
    return Persona(id=f"of_{city}", city=city, card={"age": 40, **card}, **made)


def side(care: float, text: str = "", **fields: Any) -> Side:
    made = {"text": text or f"A reply at {care:g}.", "reward": care, "scores": {"empathy": care}}
    return Side(care=care, **{**made, **fields})


def pair(city: str, index: int, won: Side, lost: Side, **fields: Any) -> Pair:
    low, high = sorted((won.care, lost.care))
    heard = tuple(
        message
        for number in range(1, index)
        for message in (
            {"role": "user", "content": f"Words of turn {number}."},
            {"role": "assistant", "content": "A reply at 0.8."},
        )
    )
    made = {
        "id": f"of_{city}-c1-t{index:02d}-{low:g}-{high:g}",
        "persona": f"of_{city}",
        "city": city,
        "turn": index,
        "language": "en",
        "prompt": (
            {"role": "system", "content": SYSTEM},
            *heard,
            {"role": "user", "content": f"Words of turn {index}."},
        ),
        "margin": round(won.reward - lost.reward, 4),
        "judges": ("empathy",),
        "split": SPLITS[city],
    }
    return Pair(**{**made, "chosen": won, "rejected": lost, **fields})


def all_pairs() -> list[Pair]:
    """The higher care level wins, in both turns of each city."""
    return [
        pair(city, index, side(high), side(low))
        for city in SPLITS
        for index in (1, 2)
        for low, high in ((0.2, 0.5), (0.2, 0.8), (0.5, 0.8))
    ]


def make_run(
    folder: Path,
    talks: Sequence[Conversation] | None = None,
    pairs: Sequence[Pair] | None = None,
    personas: Sequence[Persona] | None = None,
    **manifest: Any,
) -> RunFolder:
    """A finished run; without pairs in it where `pairs` is empty."""
    run = RunFolder(folder / "run-1")
    run.start({"version": 1, **manifest})
    run.write("personas", [persona(city) for city in SPLITS] if personas is None else personas)
    run.write("conversations", [talk(city) for city in SPLITS] if talks is None else talks)
    if made := all_pairs() if pairs is None else pairs:
        run.write("pairs", made)
    run.finish({"run": "run-1", **manifest})
    return run


def source_of(run: RunFolder, guard: Guard | None = None, with_thoughts: bool = False) -> Source:
    told = guard or Guard()
    return open_source(run, told, ABOUT.canary, lambda _: SYSTEM, with_thoughts)


def export(
    run: RunFolder,
    form: str,
    out: Path,
    by_city: bool = False,
    guard: Guard | None = None,
    with_thoughts: bool = False,
    **about: Any,
) -> dict[str, Any]:
    source = source_of(run, guard, with_thoughts)
    return write_export(source, form, replace(ABOUT, **about), out, by_city)


def data_files(out: Path) -> list[Path]:
    found = (path for path in out.rglob("*") if path.suffix in (".jsonl", ".parquet"))
    return sorted(found)


def rows_of(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def all_rows(out: Path) -> Iterator[dict[str, Any]]:
    for path in data_files(out):
        yield from rows_of(path)


def everything(out: Path) -> str:
    """All that an export says, as one text."""
    told = [json.dumps(row, ensure_ascii=False) for row in all_rows(out)]
    others = [p.read_text() for p in out.rglob("*") if p.is_file() and p not in data_files(out)]
    return "\n".join([*told, *others])
