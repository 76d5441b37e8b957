"""Instructions by reflection on the judges' reasons (GEPA); the demos stay as they are.

A prompt that is best on some case, or for some judge, stays in the pool. New instructions come
from the reflection model of `--reflector`; without one, from blocks of the spec by rule, because a
small model that is asked to write a prompt writes nonsense.
"""

from __future__ import annotations

from typing import Any

from kakoc import Search

ABOUT = "Instructions by reflection on the judges' reasons; a Pareto front of prompts."
CALLS = 600
"""Model calls, unless --budget says otherwise."""
NEEDS: tuple[str, ...] = ()
STOPS_ITSELF = True
"""GEPA asks between its steps whether to go on, so that no step is scored by halves."""

MINIBATCH = 6
"""Cases that a proposal must do better on before it is scored on all."""


def search(given: Search) -> Any:
    from dspy import GEPA

    writer = (
        {"reflection_lm": given.reflector}
        if given.reflector is not None
        else {"instruction_proposer": given.propose}
    )
    optimizer = GEPA(
        metric=given.feedback,
        max_metric_calls=given.cases,
        reflection_minibatch_size=MINIBATCH,
        skip_perfect_score=False,
        use_merge=False,  # there is one predictor, and so nothing to merge
        num_threads=given.threads,
        seed=given.seed,
        gepa_kwargs={
            "frontier_type": "hybrid",
            "stop_callbacks": [lambda state: given.is_over()],
        },
        **writer,
    )
    return optimizer.compile(given.program, trainset=given.train, valset=given.dev)
