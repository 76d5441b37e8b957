"""A held-out judge steers nothing: it must be able to tell learning from hacking."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context


def heldout_apart(context: Context) -> list[Diagnostic]:
    name = context.conversation.disclosure.judge
    heldout = {judge.name for judge in context.judges.judges if judge.use_for == "heldout"}
    if name not in heldout:
        return []
    place = context.where("conversation.yaml", "disclosure", "judge")
    message = f"the held-out judge `{name}` must not move disclosure"
    return [Diagnostic("K409", message, place, help="name a judge of the reward")]
