"""What a search came to, as a person reads it: one table, and whether it can be promoted."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from kakoc.cli.run_report import console, plain

HEADS = ("", "before", "after", "difference", "95 % interval", "n", "")


def print_search(manifest: dict[str, Any]) -> None:
    """The table of a finished search."""
    screen = console()
    search, scores = manifest["search"], manifest["candidates"]
    best = scores[manifest["best"]] if manifest["best"] in scores else scores[str(manifest["best"])]
    first = scores[0] if 0 in scores else scores["0"]
    screen.print(
        f"{manifest['role']}, recipe {manifest['recipe']['name']}: {len(scores)} candidates, "
        f"{search['calls']} calls, {search['seconds']:.0f} s, ended: {search['ended']}"
    )
    screen.print(f"on dev cities: {first:.4f} -> {best:.4f} (candidate {manifest['best']})")
    if manifest["effect"]:
        _print_effect(manifest["effect"], manifest["held_out_looks"])
    if manifest["rollout"]:
        screen.print(Text(_rolled_out(manifest["rollout"])), soft_wrap=True)
    for reason in manifest["refusals"]:
        screen.print(Text(f"not to be promoted: {plain(reason)}"), soft_wrap=True)
    if not manifest["refusals"]:
        screen.print(f"to use it: kakoc promote {manifest['run']}")


def _print_effect(effect: dict[str, Any], looks: int) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in HEADS:
        table.add_column(head, justify="left" if not head else "right", no_wrap=True)
    for row in effect["rows"]:
        interval = f"{row['low']:+.4f} .. {row['high']:+.4f}"
        numbers = (f"{row['before']:.4f}", f"{row['after']:.4f}", f"{row['difference']:+.4f}")
        name = f"{row['kind']} {row['name']}" if row["name"] != row["kind"] else row["kind"]
        table.add_row(Text(name), *numbers, interval, str(row["cases"]), row["says"])
    screen = console()
    screen.print(table)
    crossed = [f"{rule} {old} -> {new}" for rule, (old, new) in effect["violations"].items()]
    screen.print(Text(f"hard lines crossed: {', '.join(crossed) or 'none'}"), soft_wrap=True)
    screen.print(
        f"measured on {effect['seekers']} held-out Seekers of {effect['cities']} cities, "
        f"which were looked at {looks} times"
    )


def _rolled_out(found: dict[str, Any]) -> str:
    parts = [f"in conversations of {found['turns']} turns with {found['people']} of them"]
    for name in ("reward", "last_distress"):
        if row := found[name]:
            parts.append(
                f"{name.replace('_', ' ')} {row['before']:.3f} -> {row['after']:.3f} "
                f"(95 % {row['low']:+.3f} .. {row['high']:+.3f})"
            )
    return ", ".join(parts)
