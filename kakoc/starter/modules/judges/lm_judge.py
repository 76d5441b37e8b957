"""A model as a judge: `use: modules.judges:LMJudge`, with a rubric and a `model` of models.yaml.

It asks several times and gives the mean; half of the samples see the scale upside down, so that a
liking for one end of it cancels out and is reported (`order`). Agreement is one minus the spread of
the samples. An answer without a number is no sample; too few samples are no verdict. A model judges
what it is told to judge no better than it reads: measure it with `kakoc judges --measure`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean, pstdev

from kakoc import JudgeContext, JudgeItem, Verdict, unscored

HIGHEST = 10
LEAST_SHARE = 0.5
"""Share of the samples that must have given a number."""
NUMBER = re.compile(r"\b(10|[0-9])\b")
UPWARDS = "0 means not at all, 10 means fully."
DOWNWARDS = "10 means fully, 0 means not at all."
CONTEXT_LINES = 6


class LMJudge:
    def __init__(self, context: JudgeContext) -> None:
        if context.complete is None:
            raise ValueError("a model judge needs `model` in its entry of judges.yaml")
        self.name = context.spec.name
        self._rubric = context.spec.rubric
        self._samples = context.spec.samples
        self._complete = context.complete

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        return [self._verdict(item) for item in items]

    def _verdict(self, item: JudgeItem) -> Verdict:
        found = [self._sample(item, number) for number in range(self._samples)]
        numbers = {number: value for number, value in enumerate(found) if value is not None}
        if len(numbers) < LEAST_SHARE * self._samples:
            return unscored(self.name, f"{len(numbers)} of {self._samples} answers held a number")
        score = fmean(numbers.values())
        up = [value for number, value in numbers.items() if number % 2 == 0]
        down = [value for number, value in numbers.items() if number % 2]
        order = fmean(up) - fmean(down) if up and down else 0.0
        agreement = 1 - 2 * pstdev(numbers.values())
        return Verdict(
            judge=self.name,
            score=round(score, 4),
            parts={"agreement": round(max(0.0, agreement), 4), "order": round((1 + order) / 2, 4)},
            reasons=(f"{len(numbers)} samples of a model, mean {score:.2f}.",),
        )

    def _sample(self, item: JudgeItem, number: int) -> float | None:
        answer = self._complete(self._messages(item, number), number)
        match = NUMBER.search(answer)
        return int(match[1]) / HIGHEST if match else None

    def _messages(self, item: JudgeItem, number: int) -> list[dict[str, str]]:
        scale = DOWNWARDS if number % 2 else UPWARDS
        heard = "\n".join(f"{line.role}: {line.content}" for line in item.context[-CONTEXT_LINES:])
        return [
            {"role": "system", "content": f"You judge replies in a support chat. {self._rubric}"},
            {
                "role": "user",
                "content": f"{heard}\n\nReply to judge: {item.reply}\n\n"
                f"How far does the reply do that? {scale} Answer with the number alone.",
            },
        ]
