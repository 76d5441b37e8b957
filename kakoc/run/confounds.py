"""What two rules that know nothing of support would say of the pairs: longer wins, or warmer wins.

A reward model that learns such a rule has learned nothing else, so the share that it predicts is
measured, with its interval over cities, and can be brought to one half by leaving pairs out.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kakoc.types import Pair, derive_seed, digest

RESAMPLES = 1000
STEPS_A_DOUBLING = 4
"""Bins of length difference: pairs are matched with pairs that differ by nearly as much."""

Difference = Callable[[Pair], float]
RULES: dict[str, Difference] = {
    "length_only": lambda pair: float(len(pair.chosen.text) - len(pair.rejected.text)),
    "care_only": lambda pair: pair.chosen.care - pair.rejected.care,
}
"""Rule -> how much more of it the chosen side has."""


def baselines(pairs: Sequence[Pair]) -> dict[str, dict[str, Any]]:
    """Of each rule: share predicted, 95 % interval over cities, and on what it was measured.

    Which sign predicts is fitted on the training cities; measured is on the others, where there are
    any. A pair without a difference counts half.
    """
    fitted = [pair for pair in pairs if pair.split == "train"]
    rest = [pair for pair in pairs if pair.split != "train"]
    return {name: _measured(rule, fitted, rest) for name, rule in RULES.items()}


def confounded(found: dict[str, dict[str, Any]], limit: float) -> list[str]:
    """The rules that predict more than `limit` of the pairs, beyond what chance can explain."""
    return [name for name, row in found.items() if row["pairs"] and row["low"] > limit]


def length_matched(pairs: Sequence[Pair]) -> tuple[list[Pair], int]:
    """As many pairs as possible among which the longer side wins half of the time.

    Returns the pairs that are kept, in their order, and how many were left out.
    """
    bins: dict[int, dict[bool, list[Pair]]] = defaultdict(lambda: {True: [], False: []})
    kept = set()
    for pair in pairs:
        difference = RULES["length_only"](pair)
        if difference == 0:
            kept.add(pair.id)
        else:
            bins[_bin(pair)][difference > 0].append(pair)
    for sides in bins.values():
        count = min(map(len, sides.values()))
        for side in sides.values():
            kept |= {pair.id for pair in sorted(side, key=lambda p: digest(p.id))[:count]}
    matched = [pair for pair in pairs if pair.id in kept]
    return matched, len(pairs) - len(matched)


def _measured(rule: Difference, fitted: Sequence[Pair], rest: Sequence[Pair]) -> dict[str, Any]:
    sign = 1.0 if sum(_half(rule(pair)) for pair in fitted) >= len(fitted) / 2 else -1.0
    measured = rest or fitted
    right: dict[str, list[float]] = defaultdict(list)
    for pair in measured:
        right[pair.city].append(_half(sign * rule(pair)))
    low, high = _interval(list(right.values()))
    total = sum(map(sum, right.values()))
    return {
        "share": round(total / len(measured), 4) if measured else None,
        "low": low,
        "high": high,
        "pairs": len(measured),
        "cities": len(right),
        "measured_on": "held-out cities" if rest else "training cities",
    }


def _half(difference: float) -> float:
    return 0.5 if difference == 0 else float(difference > 0)


def _interval(cities: Sequence[Sequence[float]]) -> tuple[float, float]:
    """95 % interval of the share; whole cities are drawn."""
    if not cities:
        return 0.0, 1.0
    draw = random.Random(derive_seed("confounds")).random
    shares = sorted(
        _share(cities[int(draw() * len(cities))] for _ in cities) for _ in range(RESAMPLES)
    )
    return round(shares[int(0.025 * RESAMPLES)], 4), round(shares[int(0.975 * RESAMPLES)], 4)


def _share(drawn: Iterable[Sequence[float]]) -> float:
    values = [value for city in drawn for value in city]
    return sum(values) / len(values)


def _bin(pair: Pair) -> int:
    longer, shorter = sorted((len(pair.chosen.text), len(pair.rejected.text)), reverse=True)
    return int(math.log2(longer / max(1, shorter)) * STEPS_A_DOUBLING)
