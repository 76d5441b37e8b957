"""Give each row of a block one of the block's places in a distribution, as far as it is open to it.

Latin hypercube sampling under constraints: which values a block holds is fixed by the margin alone;
who takes which is a random assignment among those that are possible (a linear assignment problem
with random costs; solved as by Crouse, IEEE Trans. on Aerospace and Electronic Systems, 2016).
So margins stay even in every block, whatever excludes what. Knows rows and columns, no person.
"""

from __future__ import annotations

import numpy as np

from kakoc.plan.design import BLOCK, Design, Floats, Ints

CLOSED = 100_000.0
"""Cost of a place that is not open to a row; all open ones of a block together cost less."""


def assign(design: Design, dimension: str, shares: Floats, odds: Floats) -> Ints:
    """The value of every row of whole blocks.

    Args:
        design: filled up to whole blocks of rows.
        shares: of each value, summing to 1.
        odds: (rows, values) how many times likelier than in other rows; 0: not open. At least one
            value is open to every row.

    A row that can have none of the places that are left to it takes a value that is open to it by
    the shares; the margin then gives way, never the row.
    """
    from scipy.optimize import linear_sum_assignment

    edges = np.cumsum(shares) / np.sum(shares)
    places = np.minimum(np.searchsorted(edges, design.strata(dimension), "right"), len(shares) - 1)
    # With Gumbel noise the best assignment at given margins is a logit model: odds mean odds.
    noise = np.log(-np.log(design.table(f"{dimension} match", len(shares))))
    costs = np.where(odds > 0, noise - np.log(np.where(odds > 0, odds, 1)), CLOSED)
    taken = np.empty(design.count, np.int64)
    for first in range(0, design.count, BLOCK):
        block = slice(first, first + BLOCK)
        rows, columns = linear_sum_assignment(costs[block][:, places[block]])
        taken[first + rows] = places[block][columns]
    return _mended(taken, shares, odds, design.noise(f"{dimension} mend"))


def _mended(taken: Ints, shares: Floats, odds: Floats, where: Floats) -> Ints:
    closed = np.flatnonzero(odds[np.arange(len(taken)), taken] == 0)
    heights = (shares * odds[closed]).cumsum(axis=1)
    taken[closed] = (where[closed, None] * heights[:, -1:] >= heights).sum(axis=1)
    return taken
