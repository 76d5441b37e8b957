"""The plan: people sampled from the distributions of a spec. Knows no model; writes no prose.

Row i depends on the plan seed, the spec's distributions and i only, so a shorter plan is a prefix
of a longer one. Numpy is loaded when somebody is sampled, because `kakoc check` needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kakoc.plan.circumstances import circumstance_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from kakoc.ir import Ir
    from kakoc.types import PersonaRow

__all__ = ["circumstance_faults", "sample", "spares"]


def sample(ir: Ir, count: int) -> list[PersonaRow]:
    """The first `count` rows of the plan.

    Raises:
        KakocError: the distributions of the spec leave nobody to sample.
    """
    from kakoc.plan.rows import rows

    return rows(ir, count) if count else []


def spares(ir: Ir, count: int) -> Callable[[PersonaRow, int], PersonaRow]:
    """Which rows beyond the first `count` stand in for a row of theirs; see `rows.Spares`."""
    from kakoc.plan.rows import Spares

    return Spares(ir, count).of
