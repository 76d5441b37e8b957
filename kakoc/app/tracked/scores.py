"""Mean scores with their intervals; whole cities are drawn, since what is said in one is alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kakoc.judging.regression import Rows, bootstrap_interval
from kakoc.ports import Point
from kakoc.types import Conversation

DIGITS = 4


def intervals(talks: Sequence[Conversation]) -> Iterator[Point]:
    """`score/<judge>` of all replies of all care levels, with `/low`, `/high` and `/n`."""
    for name, given in sorted(_scores(talks).items()):
        cities = [city for city, _ in given]
        values = np.array([value for _, value in given])

        def mean(rows: Rows, values: np.ndarray = values) -> float:
            return float(values[rows].mean())

        yield Point(f"score/{name}", round(float(values.mean()), DIGITS))
        yield Point(f"score/{name}/n", len(given))
        if len(set(cities)) > 1:
            low, high = bootstrap_interval(cities, mean)
            yield Point(f"score/{name}/low", round(low, DIGITS))
            yield Point(f"score/{name}/high", round(high, DIGITS))


def _scores(talks: Sequence[Conversation]) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for talk in talks:
        for variant in (v for turn in talk.turns for v in turn.variants if v.status == "ok"):
            given = {name: verdict.score for name, verdict in variant.verdicts.items()}
            for name, score in {**given, "reward": variant.reward}.items():
                if score is not None:
                    found.setdefault(name, []).append((talk.city, score))
    return found
