"""How a person gets a voice: prose that agrees with the sampled facts. Invents no number."""

from __future__ import annotations

from typing import Any

import dspy


class Persona(dspy.Module):
    """One call. Replace the predictor, or add steps, to change how the role thinks."""

    def __init__(self, signature: type[dspy.Signature]) -> None:
        super().__init__()
        self.persona = dspy.Predict(signature)

    def forward(self, facts: str, turn: str, config: dict[str, Any]) -> Any:
        return self.persona(facts=facts, turn=turn, config=config)

    async def aforward(self, facts: str, turn: str, config: dict[str, Any]) -> Any:
        return await self.persona.acall(facts=facts, turn=turn, config=config)
