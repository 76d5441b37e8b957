"""All conversations of a plan: one task a person, a bounded number at once, results in plan order.

Knows the plan and the dialogue. There is no barrier: whoever has a voice starts to speak.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kakoc.errors import KakocError
from kakoc.run.context import RunContext
from kakoc.run.dialogue import Held, converse
from kakoc.run.personas import write_persona
from kakoc.types import Conversation, Failure, Persona, PersonaRow


@dataclass(slots=True)
class Generated:
    """What was made, in plan order. Nothing that was planned is missing from it."""

    planned: int
    personas: list[Persona] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """planned = ok + failed + rejected, over conversations."""
        held = Counter(conversation.status for conversation in self.conversations)
        held.update(failure.status for failure in self.failures if failure.stage == "persona")
        counts = {name: held[name] for name in ("ok", "failed", "rejected")}
        if sum(counts.values()) != self.planned:
            raise AssertionError(
                f"{self.planned} conversations were planned, and there are {counts}"
            )
        return {"planned": self.planned, **counts}


async def generate(context: RunContext, rows: Sequence[PersonaRow]) -> Generated:
    """Write each persona and hold its conversation."""
    gate = asyncio.Semaphore(context.at_once)

    async def one(row: PersonaRow) -> tuple[Persona | Failure, Held | None]:
        async with gate:
            return await _one(context, row)

    made = Generated(planned=len(rows))
    tasks: list[asyncio.Task[tuple[Persona | Failure, Held | None]]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(row)) for row in rows]
    except* KakocError as errors:
        # One missing key fails every conversation alike; one message is enough.
        raise errors.exceptions[0] from None
    for task in tasks:
        _keep(made, *task.result())
    return made


async def _one(context: RunContext, row: PersonaRow) -> tuple[Persona | Failure, Held | None]:
    persona = await write_persona(context, row)
    if isinstance(persona, Failure):
        context.notify("conversation", {"persona": row.id, "status": persona.status, "turns": 0})
        return persona, None
    context.notify("persona", {"persona": row.id})
    held = await converse(context, persona)
    conversation = held.conversation
    context.notify(
        "conversation",
        {
            "persona": row.id,
            "status": conversation.status,
            "ended": conversation.ended,
            "turns": len(conversation.turns),
        },
    )
    return persona, held


def _keep(made: Generated, persona: Persona | Failure, held: Held | None) -> None:
    if isinstance(persona, Failure):
        made.failures.append(persona)
        return
    made.personas.append(persona)
    if held:
        made.conversations.append(held.conversation)
        made.failures.extend(held.failures)
