"""Lines about how good a judge is: figures with their intervals and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WIDTH = 30
UNKNOWN = "cannot be told"


def figure_lines(found: dict[str, Any]) -> Iterator[str]:
    """AUROC of each part, cross-validated and on the authors who wrote for tests."""
    for name, figure in found["figures"].items():
        tested = found["tests"].get(name)
        held_out = f"   held-out authors {_interval(tested)}" if tested else ""
        yield f"    {name:<{WIDTH}} AUROC {_interval(figure)}{held_out}"
    if order := found.get("order"):
        yield f"    {'order in a group':<{WIDTH}} right {_interval(order)}   held-out authors"
    if (effect := found.get("length_effect")) is not None:
        yield f"    {'length':<{WIDTH}} partial correlation with the score {effect:+.3f}"


def measured_lines(found: dict[str, Any]) -> Iterator[str]:
    """How good a judge that asks a model is on labelled examples, and what else moves it."""
    yield f"{found['judge']}  (asks {found['model']})"
    if not found["examples"]:
        yield "  no example of the spec is about the text that it reads and labelled `overall`"
        return
    source = ", ".join(found["labels_of"])
    yield f"  {found['examples']} examples in {found['groups']} groups, labelled for {source}"
    figures = {"AUROC": found["auroc"], "order in a group, right": found["ordered"]}
    for name, figure in figures.items():
        yield _row(name, _interval(figure) if figure else UNKNOWN)
    yield _row("agreement of its samples", _number(found["agreement"]))
    yield _row("order bias", _leaning(found["order_bias"]))
    yield _row("length bias", _number(found["length_bias"], "+"))
    yield _row("unscored", f"{found['unscored']} of {found['examples']}")
    for reason, count in found["reasons"].items():
        yield f"      {count}: {reason}"
    yield _row("calls", f"{found['calls']}, and {found['from_journal']} from the journal")


def _row(name: str, value: str) -> str:
    return f"    {name:<{WIDTH}} {value}"


def _number(value: float | None, sign: str = "") -> str:
    return UNKNOWN if value is None else f"{value:{sign}.3f}"


def _leaning(spread: dict[str, Any] | None) -> str:
    if spread is None:
        return UNKNOWN
    return f"{spread['value']:+.3f} [{spread['low']:+.3f}, {spread['high']:+.3f}]"


def _interval(figure: dict[str, Any]) -> str:
    spread = f"[{figure['low']:.3f}, {figure['high']:.3f}]"
    return f"{figure['value']:.3f} {spread} n={figure['good']}+{figure['bad']}"
