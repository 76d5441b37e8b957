"""Diversity as a person reads it: one table a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from kakoc.cli.run_report import console, plain

MOST_PARTS = 12
"""Values of a part that are shown, those that are most alike first; JSON holds all."""
FIGURES = ("texts", "vendi", "similarity", "unique", "distinct_1", "distinct_2", "distinct_3")


def print_diversity(found: Mapping[str, Any]) -> None:
    """The whole, near-duplicates, the parts, the plan, other runs; nothing where there is none."""
    screen = console()
    for table in _tables(found):
        screen.print(table)
    places = ", ".join(f"{name} version {n}" for name, n in found["lance"]["versions"].items())
    screen.print(Text(f"{found['lance']['uri']}: {places}"), soft_wrap=True)


def _tables(found: Mapping[str, Any]) -> Iterator[Table]:
    kinds = found["kinds"]
    title = f"Run {found['run']}: Vendi scores of {found['sample']} texts, over {found['sample']}"
    heads = ("kind", *FIGURES, "self_repetition")
    yield _table(title, heads, ([kind, *_of(kinds[kind], heads[1:])] for kind in kinds))
    if near := [*_near(kinds)]:
        yield _table("Near-duplicates", ("kind", "from", "groups", "texts", "largest"), near)
    for part in ("city", "decade", "care"):
        if rows := [*_parts(kinds, part)]:
            name = "birth decade" if part == "decade" else part
            yield _table(f"By {name}", (name, "kind", "texts", "vendi", "similarity"), rows)
    if plan := found["plan"]:
        yield _table("Coverage of the plan", ("of", "planned", "ok", "missing"), _plan(plan))
    for other in found["against"]:
        yield from _beside(other)


def _near(kinds: Mapping[str, Any]) -> Iterator[list[Any]]:
    for kind, figures in kinds.items():
        near = figures["near_duplicates"]
        if near["groups"]:
            largest = ", ".join(near["largest"][0])
            yield [kind, near["threshold"], near["groups"], near["texts"], largest]


def _parts(kinds: Mapping[str, Any], part: str) -> Iterator[list[Any]]:
    for kind, figures in kinds.items():
        rows = [(name, row) for name, row in figures["by"].get(part, {}).items()]
        told = [(name, row) for name, row in rows if row["similarity"] is not None]
        told.sort(key=lambda each: -each[1]["similarity"])
        for name, row in told[:MOST_PARTS]:
            yield [name, kind, *_of(row, ("texts", "vendi", "similarity"))]


def _plan(plan: Mapping[str, Any]) -> Iterator[list[Any]]:
    for name, row in plan.items():
        missing = row.get("missing", [])
        more = f" and {len(missing) - MOST_PARTS} more" if len(missing) > MOST_PARTS else ""
        yield [name, row["planned"], row["ok"], ", ".join(missing[:MOST_PARTS]) + more]


def _beside(other: Mapping[str, Any]) -> Iterator[Table]:
    heads = ("kind", "median", "p90", "too_close", "closest")
    rows = [[kind, *_nearest(row)] for kind, row in other["nearest"].items() if row]
    yield _table(f"Nearest texts of run {other['run']}", heads, rows)
    drift = [[kind, *_drift(row)] for kind, row in other["drift"].items() if row]
    title = f"Drift from run {other['run']}: distance of means, p by permuting conversations"
    yield _table(title, ("kind", "people", "distance", "p"), drift)


def _drift(row: Mapping[str, Any]) -> list[Any]:
    one, other = row["conversations"]
    return [f"{one} and {other}", row["distance"], f"{row['p']:.4f}"]


def _nearest(row: Mapping[str, Any]) -> list[Any]:
    first = row["closest"][0]
    closest = f"{first['id']} and {first['other']} ({first['similarity']:.2f})"
    return [row["median"], row["p90"], row["too_close"], closest]


def _of(row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [row[name] for name in names]


def _table(title: str, heads: Sequence[str], rows: Any) -> Table:
    table = Table(title=title, title_justify="left")
    for head in heads:
        is_text = head in ("kind", "largest", "closest", "missing", "of")
        table.add_column(head.replace("_", " "), justify="left" if is_text else "right")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else plain(str(value))
