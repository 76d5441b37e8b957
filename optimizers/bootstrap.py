"""Demos from replies that the judges liked, chosen by random search (BootstrapFewShot).

Instructions stay as they are. Each candidate is another handful of demos out of the best replies of
the training cities and the demos of the spec. The recipe for a model that follows examples
better than it follows words, which small ones do.
"""

from __future__ import annotations

from typing import Any

from kakoc import Search

ABOUT = "Demos out of replies that the judges liked; random search over handfuls of them."
CALLS = 600
"""Model calls, unless --budget says otherwise: about twelve candidates."""
NEEDS: tuple[str, ...] = ()
"""Python packages beyond kakoc's own."""

DEMOS = 5
"""Of one candidate at most; more would cost a small model its view of the conversation."""
MADE = 2
"""Of those, how many are replies made anew in the search."""
MOST = 40
"""Candidates, however large the budget is."""


def search(given: Search) -> Any:
    from dspy.teleprompt import BootstrapFewShotWithRandomSearch

    # DSPy makes three candidates before the random ones: no demos, labelled ones, unshuffled ones.
    random_ones = max(1, min(MOST, given.rounds - 3))
    teacher = given.program.deepcopy()
    teacher._compiled = True  # else its demos would be replaced by random ones
    optimizer = BootstrapFewShotWithRandomSearch(
        metric=given.metric,
        metric_threshold=given.threshold,
        max_bootstrapped_demos=MADE,
        max_labeled_demos=DEMOS,
        num_candidate_programs=random_ones,
        num_threads=given.threads,
        max_errors=len(given.dev),
    )
    return optimizer.compile(given.program, teacher=teacher, trainset=given.good, valset=given.dev)
