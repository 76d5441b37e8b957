"""All conversations of a plan: one task a person, a bounded number at once, results in plan order.

Knows the plan and the dialogue. There is no barrier: whoever has a voice starts to speak. What one
row comes to (`make_one`) depends on nothing beside it, so it may be made on any machine.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kakoc.errors import BudgetError, KakocError
from kakoc.run.accepting import Admission
from kakoc.run.collisions import COMPARED, Place
from kakoc.run.context import RunContext
from kakoc.run.dialogue import converse
from kakoc.run.personas import write_persona
from kakoc.types import Conversation, Failure, Persona, PersonaRow, Record

COLLISION = "collision"
"""Stage of a text that was drawn again, because it was too close to an earlier one."""


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

    @property
    def collisions(self) -> dict[str, int]:
        """How many texts were drawn again, by kind."""
        met = [failure.turn for failure in self.failures if failure.stage == COLLISION]
        return {"persona": met.count(None), "conversation": met.count(1)}


StandIn = Callable[[PersonaRow, int], PersonaRow]
"""The row of the same city that stands in for a row at its n-th refusal, from 0."""


class Made(Record):
    """What came of one row of the plan; nothing yet, where the budget was spent before."""

    persona: Persona | None = None
    conversation: Conversation | None = None
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is a conversation that is ok."""
        return self.conversation is not None and self.conversation.status == "ok"


def put_together(results: Sequence[Made]) -> Generated:
    """What came of all rows, in plan order."""
    made = Generated(planned=len(results))
    for result in results:
        made.failures.extend(result.failures)
        made.personas.extend([result.persona] if result.persona else [])
        made.conversations.extend([result.conversation] if result.conversation else [])
    return made


async def generate(
    context: RunContext,
    rows: Sequence[PersonaRow],
    stand_in: StandIn | None = None,
    accept: int | None = None,
) -> Generated:
    """Write each persona and hold its conversation.

    Args:
        stand_in: gives rows for those whose prose is refused for good; none: they are rejected.
        accept: end with the row that gives so many conversations which are ok; rows beyond it
            are not begun, and not planned.

    Raises:
        BudgetError: it is spent before the end.
    """
    gate = asyncio.Semaphore(context.at_once)
    admission = Admission(len(rows) if accept is None else accept)
    spent: list[BudgetError] = []

    async def one(number: int, row: PersonaRow) -> Made | None:
        async with gate:
            if not await admission.let_in():
                return None
            made = await within_budget(number, row)
            admission.leave(accept is not None and made.passed)
            return made

    async def within_budget(number: int, row: PersonaRow) -> Made:
        place = context.collisions.place(number) if context.collisions else None
        try:
            return Made() if spent else await make_one(context, row, stand_in, place)
        except BudgetError as error:
            if context.collisions:
                context.collisions.abandon(error)
            # The others may end what they have paid for: calls in flight, a last judgement.
            spent.append(error)
            return Made()

    tasks: list[asyncio.Task[Made | None]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*numbered)) for numbered in enumerate(rows)]
    except* KakocError as errors:
        # One missing key fails every conversation alike; one message is enough.
        raise errors.exceptions[0] from None
    if spent:
        raise spent[0]
    return put_together([made for task in tasks if (made := task.result())])


async def make_one(
    context: RunContext, row: PersonaRow, stand_in: StandIn | None, place: Place | None = None
) -> Made:
    """Write one persona and hold its conversation.

    Args:
        place: where its texts are compared with those of earlier rows; none: they are not.

    Raises:
        BudgetError: it is spent before the conversation ends.
    """
    persona, refused = await _person(context, row, stand_in, place)
    if place:
        place.leave(*(COMPARED if persona is None else ("persona",)))
    if persona is None:
        last = refused[-1]
        told = {"persona": row.id, "status": last.status, "ended": last.reason, "turns": 0}
        context.notify("conversation", told)
        return Made(failures=(*_drawn_again(context, place), *refused))
    context.notify("persona", {"persona": persona.id})
    held = await converse(context, persona, place)
    if place:
        place.leave("conversation")
    conversation = held.conversation
    context.notify(
        "conversation",
        {
            "persona": persona.id,
            "status": conversation.status,
            "ended": conversation.ended,
            "turns": len(conversation.turns),
        },
    )
    failures = (*_drawn_again(context, place), *refused, *held.failures)
    return Made(persona=persona, conversation=conversation, failures=failures)


def _drawn_again(context: RunContext, place: Place | None) -> list[Failure]:
    """A row for each text that was too close to one of an earlier row."""
    return [
        context.failure(
            "persona" if met.kind == "persona" else "seeker",
            {
                "stage": COLLISION,
                "persona": met.id,
                "turn": None if met.kind == "persona" else 1,
                "status": "rejected",
                "reason": met.near.reason,
                "raw": met.text,
            },
        )
        for met in (place.met if place else ())
    ]


async def _person(
    context: RunContext, row: PersonaRow, stand_in: StandIn | None, place: Place | None
) -> tuple[Persona | None, list[Failure]]:
    """The row's persona, or that of the first row standing in for it that can be written.

    Beside it stands who was refused before it came to that.
    """
    refused, asked = list[Failure](), row
    spares = context.ir.conversation.spares if stand_in and context.profile.guards else 0
    for attempt in range(spares + 1):
        written = await write_persona(context, asked, place)
        if isinstance(written, Persona):
            return written, refused
        # A server's failure says nothing against the person.
        if stand_in is None or attempt == spares or written.status == "failed":
            refused.append(written)
            return None, refused
        asked = stand_in(row, attempt)
        refused.append(written.model_copy(update={"replaced_by": asked.id}))
    return None, refused
