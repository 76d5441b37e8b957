"""The Seeker's side of a conversation: one turn at a time, guarded. Knows no Supporter prompt."""

from __future__ import annotations

import math
from typing import Any

from kakoc.emit.runtime.templates import each
from kakoc.ir import ConversationSpec, Disclosure
from kakoc.ports import CallSite
from kakoc.run.collisions import Place
from kakoc.run.context import RunContext
from kakoc.run.draw import Drawn, Refusal, crossed, draw
from kakoc.run.guards import Surroundings, finished, refuse
from kakoc.types import Persona, SeekerTurn


class SeekerSide:
    """What the Seeker heard and said so far, and how much it is willing to say."""

    def __init__(self, context: RunContext, persona: Persona) -> None:
        self.context = context
        self.policy = context.ir.conversation
        self.persona = persona
        self.speaker = context.cast.seeker
        self.history: list[dict[str, Any]] = []
        self.brief = self.speaker.brief(persona.card)
        self.topics = topics(context.ir.conversation, self.brief.view)
        self.disclosure = start_of_disclosure(self.policy.disclosure, persona.card)

    async def speak(
        self,
        turn: int,
        heard: str,
        disclosure: float,
        variant: str = "",
        place: Place | None = None,
    ) -> Drawn[SeekerTurn]:
        """The next Seeker turn, after `heard` (empty: the opening).

        Args:
            place: where an opening is compared with those of earlier rows.

        The seeds do not depend on the variant: in a look-ahead all variants meet the same chance.
        """
        site = CallSite("seeker", self.persona.id, turn, variant)
        words = turn_words(self.policy, self.topics, turn, heard, disclosure)

        async def ask(seed: int) -> SeekerTurn:
            said = await self.speaker.say(
                site, self.brief, self.history, config={"seed": seed}, **words
            )
            turn = SeekerTurn.model_validate(said.model_dump())
            return _ended(turn) if self.context.profile.guards else turn

        async def compare(said: SeekerTurn) -> Refusal | None:
            if place is None:
                return None
            return await place.compare("conversation", self.persona.id, said.message)

        seeds = self.context.seeds(self.persona.id, "seeker", turn)
        return await draw(ask, lambda said: self._refusal(said, heard), seeds, compare)

    def remember(self, turn: int, heard: str, said: SeekerTurn) -> None:
        """Keep an exchange as it was sent, word for word, so that its prefix stays cached."""
        words = turn_words(self.policy, self.topics, turn, heard, self.disclosure)
        told = self.speaker.told(self.brief, **words)
        self.history.append({"turn": told, "said": said.model_dump()})

    def opened(self, score: float | None) -> float:
        """Disclosure moved by how well the Seeker was answered; distress is never touched."""
        if score is None:
            return self.disclosure
        gain = self.policy.disclosure.gain
        return round(min(1.0, max(0.0, self.disclosure + gain * (score - 0.5))), 4)

    def _refusal(self, said: SeekerTurn, heard: str) -> Refusal | None:
        for text in (said.thought, said.message):
            if refusal := crossed(self.context.rules.check(text, "seeker")):
                return refusal
        if not self.context.profile.guards:
            return None
        spec = self.context.ir.roles["seeker"]
        around = Surroundings(
            last=heard,
            own=[exchange["said"]["message"] for exchange in self.history],
            prompt=self.speaker.constant_words,
            never=spec.never,
            echo_overlap=self.policy.echo_overlap,
        )
        reason = refuse(said.message, around)
        return Refusal(reason, raw=said.message) if reason else None


def topics(policy: ConversationSpec, view: dict[str, Any]) -> list[str]:
    """What the Seeker brings up, one a turn: the spec's lines, once for each item of a list.

    Args:
        view: what the Seeker may see of its card.
    """
    return [topic for line in policy.topics for topic in each(line.text, view) if topic]


def turn_words(
    policy: ConversationSpec, subjects: list[str], turn: int, heard: str, disclosure: float
) -> dict[str, Any]:
    """The values of the Seeker's turn lines; nothing was heard before the opening."""
    topic = subjects[(turn - 1) % len(subjects)] if subjects else ""
    if not heard:
        return {"lines": [policy.opening.text], "topic": topic}
    levels = policy.disclosure.levels
    level = min(len(levels) - 1, math.floor(disclosure * len(levels)))
    return {"message": heard, "disclosure": levels[level].text, "topic": topic}


def _ended(turn: SeekerTurn) -> SeekerTurn:
    """The turn without sentences that the grammar's bound cut off."""
    texts = {"thought": finished(turn.thought), "message": finished(turn.message)}
    return turn.model_copy(update=texts)


def start_of_disclosure(policy: Disclosure, card: dict[str, Any]) -> float:
    """The trait's score on the card, from 0-100 to [0, 1]."""
    value: Any = card
    for name in policy.trait.split("."):
        value = value[name]
    return round(float(value) / 100, 4)
