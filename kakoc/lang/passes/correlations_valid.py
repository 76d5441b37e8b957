"""The correlations of a family can hold together: their matrix is positive semi-definite.

In pure Python, because numpy takes longer to import than all checks together.
"""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.ir import TraitFamily
from kakoc.lang.context import Context
from kakoc.lang.passes.trait_names import trait_names
from kakoc.lang.passes.unique_ids import unique_ids

_TOLERANCE = 1e-9


def correlations_valid(context: Context) -> list[Diagnostic]:
    context.needs(unique_ids, trait_names)
    return [
        Diagnostic(
            "K403",
            f"the correlations of `{family.id}` contradict each other",
            context.where_key("traits.yaml", "families", number, "correlations"),
            help="their matrix is not positive semi-definite; make the strongest ones weaker",
        )
        for number, family in enumerate(context.traits.families)
        if not _is_semi_definite(_matrix(family))
    ]


def _matrix(family: TraitFamily) -> list[list[float]]:
    index = {trait.id: number for number, trait in enumerate(family.traits)}
    size = len(index)
    matrix = [[float(row == column) for column in range(size)] for row in range(size)]
    for correlation in family.correlations:
        row, column = (index[name] for name in correlation.between)
        matrix[row][column] = matrix[column][row] = correlation.r
    return matrix


def _is_semi_definite(matrix: list[list[float]]) -> bool:
    """Whether elimination meets no negative pivot (and no zero pivot with something beside it)."""
    rows = [row[:] for row in matrix]
    for k, pivot_row in enumerate(rows):
        pivot, rest = pivot_row[k], pivot_row[k + 1 :]
        if pivot < -_TOLERANCE:
            return False
        if pivot <= _TOLERANCE:
            if any(abs(value) > _TOLERANCE**0.5 for value in rest):
                return False
            continue
        for row in rows[k + 1 :]:
            factor = row[k] / pivot
            row[k:] = [a - factor * b for a, b in zip(row[k:], pivot_row[k:], strict=True)]
    return True
