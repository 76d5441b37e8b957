"""A recipe of one's own: copy this file, and `kakoc optimize supporter --recipe NAME` finds it.

This one leaves out one line of the instructions at a time and keeps what does best, in as many
steps as there are calls for. `kakoc.Search` says what a recipe is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kakoc import Search

ABOUT = "Leaves out lines of the instructions while that does good."
CALLS = 600
"""Model calls, unless --budget says otherwise."""
NEEDS: tuple[str, ...] = ()
"""Python packages beyond kakoc's own."""


def search(given: Search) -> Any:
    """The best program; every one that is scored on `dev` is kept by kakoc as well."""
    best, best_score = given.program, given.evaluate(given.program)
    for _ in range(given.rounds):
        for shorter in _without_a_line(best):
            if given.is_over():
                return best
            score = given.evaluate(shorter)
            if score > best_score:
                best, best_score = shorter, score
                break
        else:
            return best
    return best


def _without_a_line(program: Any) -> Iterator[Any]:
    lines = program.predictors()[0].signature.instructions.splitlines()
    for gone in range(len(lines)):
        shorter = program.deepcopy()
        predictor = shorter.predictors()[0]
        text = "\n".join(line for place, line in enumerate(lines) if place != gone)
        predictor.signature = predictor.signature.with_instructions(text)
        yield shorter
