"""Instructions in rounds: many are written, scored, and the best ones shown to the writer (COPRO).

The writer is the reflection model of `--reflector`, or else the role's own model, which is worth
little when that is small. Demos stay as they are.
"""

from __future__ import annotations

from typing import Any

from kakoc import Search

ABOUT = "Instructions in rounds, each written with the best ones so far in view."
CALLS = 600
"""Model calls, unless --budget says otherwise."""
NEEDS: tuple[str, ...] = ()

BREADTH = 5
"""Instructions of a round."""


def search(given: Search) -> Any:
    from dspy.teleprompt import COPRO

    breadth = max(2, min(BREADTH, given.rounds))
    optimizer = COPRO(
        prompt_model=given.writer,
        metric=given.metric,
        breadth=breadth,
        depth=max(1, given.rounds // breadth),
    )
    # COPRO has one data set, which it scores prompts by.
    quiet = {"num_threads": given.threads, "display_progress": False}
    return optimizer.compile(given.program, trainset=given.dev, eval_kwargs=quiet)
