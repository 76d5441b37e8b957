"""Equal requests, different seeds, in an order that comes again."""

from __future__ import annotations

from typing import Any

import dspy
from scripted import Scripted

from kakoc.lm.varied import varied


def seeds(prompts: list[str]) -> list[int]:
    model = Scripted(lambda asked: "Yes.")
    lm: Any = varied(model.lm)
    for prompt in prompts:
        lm(prompt)
    return [asked.seed for asked in model.asked]


def test_equal_requests_get_different_seeds_and_a_second_search_the_same() -> None:
    asked = ["one", "one", "two", "one"]
    assert len(set(seeds(asked))) == 4
    assert seeds(asked) == seeds(asked)


def test_a_copy_with_a_rollout_id_counts_on() -> None:
    model = Scripted(lambda asked: "Yes.")
    lm: Any = varied(model.lm)
    for rollout in (1, 2):
        copy: dspy.LM = lm.copy(rollout_id=rollout, temperature=1.0)
        copy("one")
    assert len({asked.seed for asked in model.asked}) == 2
