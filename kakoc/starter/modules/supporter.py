"""How the Supporter thinks: one reply to what was just said. Never knows who says it."""

from __future__ import annotations

from typing import Any

import dspy


class Supporter(dspy.Module):
    """One call. Replace the predictor, or add steps, to change how the role thinks."""

    def __init__(self, signature: type[dspy.Signature]) -> None:
        super().__init__()
        self.supporter = dspy.Predict(signature)

    def forward(self, facts: str, history: dspy.History, turn: str, config: dict[str, Any]) -> Any:
        return self.supporter(facts=facts, history=history, turn=turn, config=config)

    async def aforward(
        self, facts: str, history: dspy.History, turn: str, config: dict[str, Any]
    ) -> Any:
        return await self.supporter.acall(facts=facts, history=history, turn=turn, config=config)
