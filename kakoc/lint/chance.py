"""How unlikely a count is. Exact binomial tails, as powers of ten. Knows no data."""

from __future__ import annotations

import math

IMPOSSIBLE = -400.0
"""Stands for a chance of nothing."""


def unlikely(count: int, total: int, share: float) -> float:
    """Log10 of the chance of a count as far or farther from what `share` of `total` gives.

    One-sided, towards the side on which the count lies.
    """
    if total == 0 or not 0 < share < 1:
        off = total and ((share <= 0 and count > 0) or (share >= 1 and count < total))
        return IMPOSSIBLE if off else 0.0
    upper = count > total * share
    terms = range(count, total + 1) if upper else range(count + 1)
    logs = [_log_mass(k, total, share) for k in terms]
    top = max(logs)
    return min(0.0, (top + math.log(sum(math.exp(log - top) for log in logs))) / math.log(10))


def odds_ratio(count: int, total: int, share: float) -> float:
    """How many times the odds of a count are those of `share`; half a case is added to each."""
    odds = (count + 0.5) / (total - count + 0.5)
    expected = (total * share + 0.5) / (total * (1 - share) + 0.5)
    return max(odds / expected, expected / odds)


def _log_mass(k: int, n: int, p: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(p) + (n - k) * math.log1p(-p)
