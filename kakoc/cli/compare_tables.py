"""Two runs side by side, as a person reads it: parameters, metrics, words of prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from kakoc.cli.run_report import console, plain

if TYPE_CHECKING:
    from kakoc.app.comparing_runs import Comparison, Figure


def print_comparison(found: Comparison) -> None:
    """A table each; none where there is nothing to say."""
    screen = console()
    screen.print(Text(f"A {found.a}\nB {found.b}"))
    if found.parameters:
        rows = [(name, a or "-", b or "-") for name, (a, b) in found.parameters.items()]
        screen.print("\nParameters that differ", _table(("parameter", "A", "B"), rows), sep="\n")
    else:
        screen.print(Text("no parameter differs"))
    metrics = [
        (name, _figure(a), _figure(b), _change(a, b)) for name, (a, b) in found.metrics.items()
    ]
    title = Text("\nMetrics [95 % interval over cities]")
    screen.print(title, _table(("metric", "A", "B", "B - A"), metrics), sep="\n")
    if found.prompts:
        lines = [(c.role, c.part, c.before or "-", c.after or "-") for c in found.prompts]
        screen.print("\nPrompts", _table(("role", "part", "A", "B"), lines), sep="\n")
    elif found.roles:
        screen.print(Text(f"the same prompts of {', '.join(found.roles)}"))
    else:
        screen.print(Text("no role has a prompt in both"))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table()
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        # Text, not markup: models wrote some of it.
        table.add_row(*(Text(plain(cell)) for cell in row))
    return table


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    value = _number(figure.value)
    if figure.low is None or figure.high is None:
        return value
    return f"{value} [{_number(figure.low)}, {_number(figure.high)}]"


def _change(a: Figure | None, b: Figure | None) -> str:
    return "" if a is None or b is None else _number(b.value - a.value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.4f}"
