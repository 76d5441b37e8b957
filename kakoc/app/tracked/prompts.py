"""A promoted prompt as messages: the instructions, then each demo as a question and its answer."""

from __future__ import annotations

import json

from kakoc.app.promoting import Promoted
from kakoc.app.tracked.common import without_thoughts
from kakoc.ports import PromptText
from kakoc.types import digest


def prompt_text(prompt: Promoted) -> PromptText:
    """What a Seeker only thinks is left out of its demos."""
    messages = [{"role": "system", "content": "\n".join(prompt.instructions)}]
    for demo in prompt.demos:
        answer = json.dumps(without_thoughts(demo.assistant), ensure_ascii=False)
        messages.append({"role": "user", "content": demo.user})
        messages.append({"role": "assistant", "content": answer})
    return PromptText(messages, digest([prompt.role, messages]), prompt.origin)
