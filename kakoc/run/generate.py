"""All conversations of a plan: one task a person, a bounded number at once, results in plan order.

Knows the plan and the dialogue. There is no barrier: whoever has a voice starts to speak.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kakoc.errors import BudgetError, KakocError
from kakoc.run.context import RunContext
from kakoc.run.dialogue import Held, converse
from kakoc.run.personas import write_persona
from kakoc.types import Conversation, Failure, Persona, PersonaRow

GO_ON = "the same command with a larger budget goes on; what was paid for is in the journal"


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
        held.update(f.status for f in self.failures if f.stage == "persona" and not f.replaced_by)
        counts = {name: held[name] for name in ("ok", "failed", "rejected")}
        if sum(counts.values()) != self.planned:
            raise AssertionError(
                f"{self.planned} conversations were planned, and there are {counts}"
            )
        return {"planned": self.planned, **counts}


StandIn = Callable[[PersonaRow, int], PersonaRow]
"""The row of the same city that stands in for a row at its n-th refusal, from 0."""


@dataclass(slots=True)
class _Made:
    """What came of one row of the plan."""

    persona: Persona | None = None
    held: Held | None = None
    refused: list[Failure] = field(default_factory=list)


async def generate(
    context: RunContext, rows: Sequence[PersonaRow], stand_in: StandIn | None = None
) -> Generated:
    """Write each persona and hold its conversation.

    Args:
        stand_in: gives rows for those whose prose is refused for good; none: they are rejected.

    Raises:
        BudgetError: it is spent before the end; says how many conversations are finished.
    """
    gate = asyncio.Semaphore(context.at_once)
    spent: list[BudgetError] = []

    async def one(row: PersonaRow) -> _Made:
        async with gate:
            try:
                return _Made() if spent else await _one(context, row, stand_in)
            except BudgetError as error:
                # The others may end what they have paid for: calls in flight, a last judgement.
                spent.append(error)
                return _Made()

    made = Generated(planned=len(rows))
    tasks: list[asyncio.Task[_Made]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(row)) for row in rows]
    except* KakocError as errors:
        # One missing key fails every conversation alike; one message is enough.
        raise errors.exceptions[0] from None
    results = [task.result() for task in tasks]
    if spent:
        done = sum(1 for one in results if one.held)
        raise BudgetError(f"{spent[0]}; {done} of {len(rows)} conversations are finished", GO_ON)
    for result in results:
        _keep(made, result)
    return made


async def _one(context: RunContext, row: PersonaRow, stand_in: StandIn | None) -> _Made:
    made = await _person(context, row, stand_in)
    if made.persona is None:
        status = made.refused[-1].status
        context.notify("conversation", {"persona": row.id, "status": status, "turns": 0})
        return made
    context.notify("persona", {"persona": made.persona.id})
    made.held = await converse(context, made.persona)
    conversation = made.held.conversation
    context.notify(
        "conversation",
        {
            "persona": made.persona.id,
            "status": conversation.status,
            "ended": conversation.ended,
            "turns": len(conversation.turns),
        },
    )
    return made


async def _person(context: RunContext, row: PersonaRow, stand_in: StandIn | None) -> _Made:
    """The row's persona, or that of the first row standing in for it that can be written."""
    made, asked = _Made(), row
    spares = context.ir.conversation.spares if stand_in and context.profile.guards else 0
    for attempt in range(spares + 1):
        written = await write_persona(context, asked)
        if isinstance(written, Persona):
            made.persona = written
            return made
        # A server's failure says nothing against the person.
        if stand_in is None or attempt == spares or written.status == "failed":
            made.refused.append(written)
            return made
        asked = stand_in(row, attempt)
        made.refused.append(written.model_copy(update={"replaced_by": asked.id}))
    return made


def _keep(made: Generated, one: _Made) -> None:
    made.failures.extend(one.refused)
    if one.persona:
        made.personas.append(one.persona)
    if one.held:
        made.conversations.append(one.held.conversation)
        made.failures.extend(one.held.failures)
