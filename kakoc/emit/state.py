"""DSPy state files, written without DSPy: instructions and demos of one predictor as JSON.

The shape is that of `dspy.Module.save("x.json")` in DSPy 3.4; a test loads it and dumps it again.
"""

from __future__ import annotations

from typing import Any

from kakoc.emit.roles import SHAPES, instruction_text
from kakoc.ir import Demo, Ir
from kakoc.types import Role

DESCRIPTIONS = {
    "facts": "what stays the same in one conversation",
    "history": "earlier exchanges",
    "turn": "what is answered now",
    "prose": "the person's words",
    "said": "the Seeker's turn",
    "reply": "the Supporter's reply",
}


def state(ir: Ir, role: Role, versions: dict[str, str]) -> dict[str, Any]:
    """The state file of `role`.

    Args:
        versions: of python, dspy and cloudpickle; DSPy warns when they differ on loading.
    """
    shape = SHAPES[role]
    fields = [
        {"prefix": f"{name.replace('_', ' ').title()}:", "description": DESCRIPTIONS[name]}
        for name in (*shape.inputs, shape.output)
    ]
    return {
        role: {
            "traces": [],
            "train": [],
            "demos": [_demo(demo, shape.output) for demo in ir.roles[role].demos],
            "signature": {
                "instructions": instruction_text(ir, role),
                "fields": fields,
            },
            "lm": None,
        },
        "metadata": {"dependency_versions": versions},
    }


def _demo(demo: Demo, output: str) -> dict[str, Any]:
    plain = output in demo.assistant
    return {"turn": demo.user, output: demo.assistant[output] if plain else demo.assistant}
