"""One run as a person reads it, from what `kakoc.app.inspecting` found out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 160
"""Columns where nobody looks: in a pipe nothing is cut or folded."""
MOST_FAILURES = 10
UNITS = ("B", "KB", "MB", "GB")


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)


def local_time(when: str) -> str:
    return f"{datetime.fromisoformat(when).astimezone():%Y-%m-%d %H:%M}"


def plain(text: str) -> str:
    """What others wrote, with nothing in it that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def print_run(run: dict[str, Any]) -> None:
    """Numbers, failures, judges and files, each a table; no table where there is nothing."""
    screen = console()
    screen.print(_table(f"Run {run['id']}", dict(_numbers(run))))
    if run["failures"]:
        screen.print(_failures(run["failures"]))
    if run["judges"]:
        screen.print(_judges(run["judges"]))
    screen.print(_table("Files", {name: _size(size) for name, size in run["files"].items()}))
    screen.print(Text(run["folder"]), soft_wrap=True)
    if go_on := run["go_on"]:
        screen.print(Text(f"\nunfinished: {plain(go_on['note'])}"), soft_wrap=True)
        if go_on["command"]:
            screen.print(Text(f"to go on: {go_on['command']}"), soft_wrap=True)


def _numbers(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "status", f"{run['status']}, begun {local_time(run['when'])}"
    yield from run["origin"].items()
    yield "build", run["build"] or "-"
    if profile := run["profile"]:
        others = [f"{name} {value}" for name, value in profile.items() if name != "name"]
        yield "profile", f"{profile['name']}: {', '.join(others)}"
        yield "seed", str(run["seed"])
    if run["accept"] is not None:
        yield "accept", f"rows of the plan until {run['accept']} conversations are ok"
    for role, model in (run["models"] or {}).items():
        base = f" at {model['api_base']}" if model.get("api_base") else ""
        yield f"model of {role}", f"{model['name']}{base}"
    left = "lost" if run["status"] == "finished" else "not ended"
    yield "personas", _sum(run["personas"], left)
    yield "conversations", _sum(run["conversations"], left)
    if pairs := run["pairs"]:
        parts = f"{pairs['pairs']} pairs + {pairs['ties']} ties + {pairs['dropped']} dropped"
        yield "head-to-heads", f"{pairs['planned']} = {parts}"
    yield from _calls(run)
    journal = run["journal"]
    rows = "rows cannot be counted" if journal["rows"] is None else f"{journal['rows']:,} rows"
    yield "journal", f"{_size(journal['bytes'])}, {rows} of all runs (whose is not recorded)"


def _calls(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    calls, tokens, speed = run["calls"], run["tokens"], run["tokens_per_second"]
    if "made" in calls:
        rate = "-" if calls["hit_rate"] is None else f"{calls['hit_rate']:.0%}"
        yield "calls", f"{calls['made']} made, {calls['from_journal']} from the journal ({rate})"
    if tokens:
        parts = f"{tokens['prompt']:,} prompt, of them {tokens['cached']:,} cached"
        yield "tokens", f"{parts}; {tokens['completion']:,} completion"
        yield "tokens a second", "no model call" if speed is None else f"{speed:g}"
    yield "cost", "-" if run["cost"] is None else f"{run['cost']:.4f}"
    yield "seconds", "-" if run["seconds"] is None else f"{run['seconds']:g}"


def _sum(counts: dict[str, Any], rest: str) -> str:
    """planned = ok + failed + rejected; whatever the sum does not hold is named too."""
    parts = f"{counts['ok']} ok + {counts['failed']} failed + {counts['rejected']} rejected"
    left = (counts["planned"] or 0) - counts["ok"] - counts["failed"] - counts["rejected"]
    others = f" + {left} {rest}" if left > 0 else ""
    replaced = f"; {counts['replaced']} replaced" if counts.get("replaced") else ""
    planned = "unknown" if counts["planned"] is None else counts["planned"]
    return f"{planned} planned = {parts}{others}{replaced}"


def _failures(failures: list[dict[str, Any]]) -> Table:
    table = Table("stage", "status", "reason", title="Failures", title_justify="left")
    table.add_column("count", justify="right")
    for row in failures[:MOST_FAILURES]:
        cells = (row["stage"], row["status"], row["reason"], str(row["count"]))
        table.add_row(*(Text(plain(cell)) for cell in cells))
    if others := failures[MOST_FAILURES:]:
        left = sum(row["count"] for row in others)
        table.add_row("", "", f"{len(others)} other reasons; --json has them all", str(left))
    return table


def _judges(judges: dict[str, dict[str, Any]]) -> Table:
    table = Table("judge", title="Mean scores of all replies", title_justify="left")
    for name in ("mean", "n", "conversations", "unscored"):
        table.add_column(name, justify="right")
    for name, row in judges.items():
        mean = "-" if row["mean"] is None else f"{row['mean']:.3f}"
        counts = (str(row[key]) for key in ("n", "conversations", "unscored"))
        table.add_row(Text(plain(name)), mean, *counts)
    return table


def _table(title: str, rows: dict[str, str]) -> Table:
    table = Table(show_header=False, title=Text(plain(title)), title_justify="left")
    for name, text in rows.items():
        table.add_row(Text(plain(name)), Text(plain(text)))
    return table


def _size(size: float) -> str:
    for unit in UNITS[:-1]:
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {UNITS[-1]}"
