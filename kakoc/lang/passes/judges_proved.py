"""Unwise: a judge that is fitted on examples and accepted however badly it judges."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context, judge_of

CHANCE = 0.5
"""The AUROC of a coin."""


def judges_proved(context: Context) -> list[Diagnostic]:
    with_examples = {judge_of(file) for file in context.judge_examples}
    return [
        Diagnostic(
            "K424",
            f"a build accepts judge `{judge.name}` even if it is no better than chance",
            context.where("judges.yaml", "judges", number, "floor"),
            "warning",
            f"set a `floor` above {CHANCE}: the smallest AUROC on examples it was not fitted on",
        )
        for number, judge in enumerate(context.judges.judges)
        if judge.floor <= CHANCE and (judge.examples or judge.name in with_examples)
    ]
