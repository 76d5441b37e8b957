"""The weights of the judges that make the reward sum to 1, and no other judge has one."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context

_TOLERANCE = 0.001


def reward_weights(context: Context) -> list[Diagnostic]:
    judges = context.judges.judges
    total = sum(judge.weight for judge in judges if judge.use_for == "reward")
    faults = [
        Diagnostic(
            "K408",
            f"judge `{judge.name}` has a weight and is not part of the reward",
            context.where("judges.yaml", "judges", number, "weight"),
            help="remove the weight, or write `use_for: reward`",
        )
        for number, judge in enumerate(judges)
        if judge.use_for != "reward" and judge.weight
    ]
    if abs(total - 1) > _TOLERANCE:
        message = f"the weights of the reward sum to {total:.4g}, not 1"
        faults.append(Diagnostic("K408", message, context.where_key("judges.yaml", "judges")))
    return faults
