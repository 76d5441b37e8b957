"""Instructions and demos together, combined by a Bayesian search (MIPROv2).

Instructions are written by the reflection model of `--reflector`, or else by the role's own model,
which is worth little when that is small. Every trial is scored on all dev cases.
"""

from __future__ import annotations

from typing import Any

from kakoc import Search

ABOUT = "Instructions and handfuls of demos, combined by Bayesian search."
CALLS = 900
"""Model calls, unless --budget says otherwise."""
NEEDS = ("optuna",)

DEMOS, MADE = 4, 2
"""Of one candidate: demos at most, and how many of them are made in the search."""
MOST = 12
"""Instructions, and handfuls of demos, to choose from."""


def search(given: Search) -> Any:
    from dspy.teleprompt import MIPROv2

    trials = max(2, given.rounds - 2)
    optimizer = MIPROv2(
        metric=given.metric,
        metric_threshold=given.threshold,
        prompt_model=given.writer,
        task_model=given.lm,
        auto=None,
        num_candidates=max(2, min(MOST, trials // 2)),
        max_bootstrapped_demos=MADE,
        max_labeled_demos=DEMOS,
        num_threads=given.threads,
        max_errors=len(given.dev),
        seed=given.seed,
    )
    return optimizer.compile(
        given.program,
        trainset=given.good,
        valset=given.dev,
        num_trials=trials,
        minibatch=False,
        program_aware_proposer=False,  # it would read kakoc's source to the model
        data_aware_proposer=False,  # it would describe data sets, and these are conversations
        fewshot_aware_proposer=False,
    )
