"""How the Seeker thinks: a private thought, a message. Never knows the Supporter's rules."""

from __future__ import annotations

from typing import Any

import dspy


class Seeker(dspy.Module):
    """One call. Replace the predictor, or add steps, to change how the role thinks."""

    def __init__(self, signature: type[dspy.Signature]) -> None:
        super().__init__()
        self.seeker = dspy.Predict(signature)

    def forward(self, facts: str, history: dspy.History, turn: str, config: dict[str, Any]) -> Any:
        return self.seeker(facts=facts, history=history, turn=turn, config=config)

    async def aforward(
        self, facts: str, history: dspy.History, turn: str, config: dict[str, Any]
    ) -> Any:
        return await self.seeker.acall(facts=facts, history=history, turn=turn, config=config)
