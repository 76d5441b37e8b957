"""The Seeker as a task of the search: it stays a Seeker, and says as much as it is willing to.

One draw a case: a better prompt is one that needs no second draw. How much is said is counted in
words against what is usual, because disclosure is told to the Seeker as how much to say; length is
the matter here, so it is not controlled for. No judge reads Seekers, so none is held out either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from kakoc.ports import CallSite
from kakoc.run.context import RunContext
from kakoc.run.guards import Surroundings, finished, refuse, words
from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.metric import Scored
from kakoc.run.optimize.proposer import Block
from kakoc.run.seeker import SeekerSide, turn_words
from kakoc.types import Conversation, Persona, SeekerTurn, Turn

FIT = "disclosure"
NEAR = 0.75
"""Fit from which nothing is said about it."""
TOO_MUCH = "It says more than this person is willing to say now."
TOO_LITTLE = "It says less than this person is willing to say now."
LOST = "It was thrown away:"


@dataclass(frozen=True, slots=True)
class Around:
    """What a message is compared with."""

    heard: str
    own: tuple[str, ...]
    disclosure: float


class SeekerTask:
    """One for a search; usable from any thread."""

    role: Literal["seeker"] = "seeker"
    output = "said"
    objectives = (FIT,)

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self._usual_words = 0.0

    def cases(
        self, personas: Sequence[Persona], conversations: Sequence[Conversation]
    ) -> list[Case]:
        """All places at which the Seeker spoke."""
        by_id = {persona.id: persona for persona in personas}
        talks = [c for c in conversations if c.status == "ok" and c.persona in by_id]
        return [case for talk in talks for case in self._of(by_id[talk.persona], talk)]

    def learn(self, cases: Sequence[Case]) -> None:
        """What is usual, from the messages of training cases."""
        self._usual_words = float(median(len(words(case.label["message"])) for case in cases))

    def demos(self, cases: Sequence[Case]) -> list[Case]:
        """None: a demo of the spec does not say how open its person was."""
        return []

    def blocks(self) -> list[Block]:
        return [
            Block(TOO_MUCH, "Say no more than you are willing to say now."),
            Block(TOO_LITTLE, "Say as much as you are willing to say now."),
            Block(LOST, "You are the one who needs help; you never give any."),
        ]

    def tidy(self, case: Case, answer: Any) -> Any:
        told = SeekerTurn.model_validate(answer.model_dump()).model_dump()
        if self.context.profile.guards:
            told |= {name: finished(told[name]) for name in ("thought", "message")}
        return told

    def refusal(self, case: Case, answer: Any, prompt: str) -> str:
        for text in (answer["thought"], answer["message"]):
            for broken in self.context.rules.check(text, "seeker"):
                return f"hard line {broken.rule}"
        if not self.context.profile.guards:
            return ""
        around = Surroundings(
            last=case.around.heard,
            own=case.around.own,
            prompt=prompt,
            never=self.context.ir.roles["seeker"].never,
            echo_overlap=self.context.ir.conversation.echo_overlap,
        )
        return refuse(answer["message"], around) or ""

    def score(self, case: Case, answer: Any, refused: str) -> Scored:
        if refused or not answer:
            why = refused or "no answer"
            crossed = (why.removeprefix("hard line "),) if why.startswith("hard line ") else ()
            return Scored(0.0, violations=crossed, refused=why, feedback=f"{LOST} {why}.")
        count = len(words(answer["message"]))
        said = min(1.0, count / (2 * self._usual_words)) if self._usual_words else 0.5
        fit = round(1 - abs(said - case.around.disclosure), 4)
        missed = TOO_MUCH if said > case.around.disclosure else TOO_LITTLE
        return Scored(
            score=fit,
            judges={FIT: fit},
            length=len(answer["message"]),
            feedback="" if fit >= NEAR else missed,
        )

    def held_out(self, case: Case, answer: Any) -> dict[str, float]:
        return {}

    def _of(self, persona: Persona, talk: Conversation) -> Iterator[Case]:
        side = SeekerSide(self.context, persona)
        heard = ""
        for turn in talk.turns:
            yield self._case(side, turn, heard)
            if turn.chosen_variant is None:
                return
            side.disclosure = turn.disclosure
            side.remember(turn.index, heard, turn.seeker)
            heard = turn.chosen_variant.text

    def _case(self, side: SeekerSide, turn: Turn, heard: str) -> Case:
        persona = side.persona
        told = turn_words(side.policy, side.topics, turn.index, heard, turn.disclosure)
        own = tuple(exchange["said"]["message"] for exchange in side.history)
        inputs = side.speaker.role.inputs(persona.card, side.history, config={}, **told)
        return Case(
            id=f"{persona.id}/{turn.index}",
            persona=persona.id,
            city=persona.city,
            care="",
            site=CallSite("seeker", persona.id, turn.index),
            inputs={**inputs, "history": tuple(side.history)},
            seeds=self.context.seeds(persona.id, "seeker", turn.index)[:1],
            label=turn.seeker.model_dump(),
            around=Around(heard, own, turn.disclosure),
        )
