"""Rules and demos from the cases on which replies differ most (SIMBA).

The same cases are answered several times; where a good reply and a bad one came of it, the good one
becomes a demo, or the writer says in a rule what made the difference.
"""

from __future__ import annotations

from typing import Any

from kakoc import Search

ABOUT = "Rules and demos from cases on which replies differ most."
CALLS = 900
"""Model calls, unless --budget says otherwise."""
NEEDS: tuple[str, ...] = ()

BATCH = 8
"""Cases of a step."""
CANDIDATES = 3
"""Answers to a case, and new prompts of a step."""
DEMOS = 5


def search(given: Search) -> Any:
    from dspy import SIMBA

    batch = min(BATCH, len(given.train))
    # A step answers the batch once a candidate, and again with each new prompt; the end scores
    # the winners on all training cases.
    step = 2 * CANDIDATES * batch
    steps = max(1, (given.cases - (CANDIDATES + 1) * len(given.train)) // step)
    optimizer = SIMBA(
        metric=given.metric,
        bsize=batch,
        num_candidates=CANDIDATES,
        max_steps=steps,
        max_demos=DEMOS,
        prompt_model=given.writer,
        num_threads=given.threads,
    )
    return optimizer.compile(given.program, trainset=given.train, seed=given.seed)
