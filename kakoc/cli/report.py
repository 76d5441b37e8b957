"""A finished run as a person wants to see it: one table, one conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from kakoc.types import Conversation, Turn, Variant

NARROW = 90
"""Below this width variants stand below each other."""


def print_report(
    manifest: dict[str, Any], conversations: Sequence[Conversation], tracking: str
) -> None:
    """Summary, scores by care level, and the first conversation that is ok."""
    console = Console(width=None, highlight=False)
    shown = next((c for c in conversations if c.status == "ok"), None)
    if shown:
        print_conversation(console, shown)
    console.print(_scores(manifest["scores"]))
    console.print(_numbers(manifest, tracking))


def print_conversation(console: Console, conversation: Conversation) -> None:
    """Every turn with its variants side by side; the one that went on is marked."""
    console.rule(f"{conversation.id}, {conversation.city}")
    for turn in conversation.turns:
        console.print(_seeker(turn))
        panels = [_variant(variant, turn.chosen) for variant in turn.variants]
        if console.width < NARROW:
            console.print(Group(*panels))
        else:
            grid = Table.grid(expand=True, padding=(0, 1))
            for _ in panels:
                grid.add_column(ratio=1)
            grid.add_row(*panels)
            console.print(grid)
    console.print(Text(f"ended: {conversation.ended}", style="dim"))


def _seeker(turn: Turn) -> Text:
    line = Text(f"\n{turn.index:>2}  Seeker  ", style="bold")
    line.append(turn.seeker.message, style="not bold")
    if turn.seeker.distress is not None:
        line.append(f"  (distress {turn.seeker.distress})", style="dim not bold")
    return line


def _variant(variant: Variant, chosen: float | None) -> Panel:
    went_on = variant.care == chosen
    title = f"care {variant.care:g}" + (" > goes on" if went_on else "")
    body = variant.text if variant.status == "ok" else f"({variant.status}: {variant.reason})"
    scores = [f"reward {variant.reward:.2f}"] if variant.reward is not None else []
    scores += [f"{n} {v.score:.2f}" for n, v in variant.verdicts.items() if v.score is not None]
    scores += [f"violates {violation.rule}" for violation in variant.violations]
    # Text, not markup: what a model wrote must not be read as formatting.
    return Panel(
        Group(Text(body), Text("\n" + ", ".join(scores), style="dim")),
        title=title,
        title_align="left",
        border_style="green" if went_on else "dim",
    )


def _scores(scores: dict[str, dict[str, dict[str, float]]]) -> Table:
    table = Table(title="Mean scores by care level (n)", title_justify="left")
    names = sorted({name for row in scores.values() for name in row})
    table.add_column("care")
    for name in names:
        table.add_column(name, justify="right")
    for care, row in scores.items():
        cells = [f"{row[n]['mean']:.2f} ({row[n]['n']})" if n in row else "-" for n in names]
        table.add_row(care, *cells)
    return table


def _numbers(manifest: dict[str, Any], tracking: str) -> Table:
    counts, pairs, variants = manifest["counts"], manifest["pairs"], manifest["variants"]
    tokens, calls = manifest["tokens"], manifest["calls"]
    table = Table(show_header=False, title=f"Run {manifest['run']}", title_justify="left")
    rows = {
        "conversations": f"{counts['planned']} planned = {counts['ok']} ok + {counts['failed']} "
        f"failed + {counts['rejected']} rejected",
        "turns": f"{manifest['turns']}",
        "variants": f"{variants['ok']} of {variants['planned']}, {variants['unsafe']} unsafe, "
        f"{variants['attempts']} draws",
        "head-to-heads": f"{pairs['planned']} = {pairs['pairs']} pairs + {pairs['ties']} ties + "
        f"{pairs['dropped']} dropped",
        "calls": f"{calls['made']} made, {calls['from_journal']} from the journal",
        "tokens": f"{tokens['prompt']} prompt ({_share(manifest['cached_share'])} cached), "
        f"{tokens['completion']} written",
        "cost": _cost(manifest["cost"]),
        "time": f"{manifest['seconds']:.0f} s, {_speed(manifest['tokens_per_second'])}",
        "tracking": tracking,
    }
    for name, text in rows.items():
        table.add_row(name, text)
    return table


def _cost(cost: float | None) -> str:
    return "unknown: a model has no `price`" if cost is None else f"{cost:.4f}"


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"


def _speed(speed: float | None) -> str:
    return "no model call" if speed is None else f"{speed:.0f} tokens/s"
