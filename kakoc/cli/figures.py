"""Lines about how good a judge is: figures with their intervals and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WIDTH = 30


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


def _interval(figure: dict[str, Any]) -> str:
    spread = f"[{figure['low']:.3f}, {figure['high']:.3f}]"
    return f"{figure['value']:.3f} {spread} n={figure['good']}+{figure['bad']}"
