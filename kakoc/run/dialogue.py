"""One conversation: the Seeker speaks, the Supporter answers three times, one answer goes on.

Reads top to bottom like the conversation itself. Knows two sides and a policy; no prompt, no file.
A conversation that cannot go on ends there with its reason and keeps what it has.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from kakoc.judging.reward import reward
from kakoc.run.collisions import Place
from kakoc.run.context import RunContext
from kakoc.run.draw import Drawn
from kakoc.run.seeker import SeekerSide
from kakoc.run.supporter import SupporterSide
from kakoc.types import (
    Conversation,
    Failure,
    Message,
    Persona,
    Role,
    SeekerTurn,
    Status,
    Turn,
    Variant,
    derive_seed,
)


@dataclass(slots=True)
class Held:
    """A finished conversation and everything that failed on its way."""

    conversation: Conversation
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """What the Seeker says next to one variant, and how open it was when it said it."""

    drawn: Drawn[SeekerTurn]
    disclosure: float


async def converse(context: RunContext, persona: Persona, place: Place | None = None) -> Held:
    """Hold one conversation to its end.

    Args:
        place: where its opening is compared with those of earlier rows; none: it is not.
    """
    return await _Dialogue(context, persona).run(place)


class _Dialogue:
    def __init__(self, context: RunContext, persona: Persona) -> None:
        self.context = context
        self.persona = persona
        self.seeker = SeekerSide(context, persona)
        self.supporter = SupporterSide(context, persona)
        self.turns: list[Turn] = []
        self.failures: list[Failure] = []
        self.asked: tuple[Message, ...] = ()
        """The conversation up to the Seeker message that is being answered."""
        self.looked: dict[float, Look] = {}
        """By care level: the Seeker's answer to each variant of this turn."""

    async def run(self, place: Place | None) -> Held:
        heard = ""
        drawn = await self.seeker.speak(1, heard, self.seeker.disclosure, place=place)
        while drawn.value is not None:
            index = len(self.turns) + 1
            turn = await self._answered(index, drawn.value, drawn)
            chosen = turn.chosen_variant
            if chosen is None:
                self.turns.append(turn)
                return self._end("no variant could go on")
            self.seeker.remember(index, heard, drawn.value)
            self.supporter.remember(drawn.value.message, chosen.text)
            self.seeker.disclosure = self._opened(chosen)
            heard = chosen.text
            if reason := self._closing(index, drawn.value):
                self._finish(turn)
                return self._end(reason)
            drawn, turn = await self._next(index, turn, chosen)
            self._finish(turn)
        raw = drawn.refusal.raw if drawn.refusal else ""
        self._lost("seeker", len(self.turns) + 1, drawn.status, drawn.reason, raw, None)
        return self._end(f"seeker: {drawn.reason}")

    async def _answered(self, index: int, said: SeekerTurn, drawn: Drawn[SeekerTurn]) -> Turn:
        """The Supporter's variants, judged, and which of them goes on."""
        self.asked = self.supporter.heard(said.message)
        made = await self.supporter.variants(index, self.asked, said.distress)
        for variant, raw in made:
            if variant.status != "ok":
                self._lost("supporter", index, variant.status, variant.reason, raw, variant.care)
        variants = tuple(variant for variant, _ in made)
        if self.context.profile.lookahead:
            variants = await self._look_ahead(index, said, variants)
        return Turn(
            index=index,
            seeker=said,
            disclosure=self.seeker.disclosure,
            seed=drawn.seed,
            attempts=drawn.attempts,
            model=self.seeker.speaker.model,
            prompt=self.seeker.speaker.prompt,
            variants=variants,
            chosen=self._choose(index, variants),
        )

    async def _look_ahead(
        self, index: int, said: SeekerTurn, variants: tuple[Variant, ...]
    ) -> tuple[Variant, ...]:
        """What the Seeker says next to each variant, and what the judges make of that."""
        self.seeker.remember(index, self._heard(), said)
        able = [variant for variant in variants if variant.status == "ok"]
        self.looked = {v.care: await self._look(index, v) for v in able}
        self.seeker.history.pop()
        drawn = {care: look.drawn for care, look in self.looked.items()}
        settled = [await self._settled(said, v, drawn.get(v.care)) for v in variants]
        weights = self.context.weights
        return tuple(v.model_copy(update={"reward": reward(v.verdicts, weights)}) for v in settled)

    async def _look(self, index: int, variant: Variant) -> Look:
        opened = self._opened(variant)
        drawn = await self.seeker.speak(index + 1, variant.text, opened, f"{variant.care:g}")
        if drawn.refusal:
            raw = drawn.refusal.raw
            self._lost("lookahead", index, drawn.status, drawn.reason, raw, variant.care)
        return Look(drawn, opened)

    async def _settled(
        self, said: SeekerTurn, variant: Variant, drawn: Drawn[SeekerTurn] | None
    ) -> Variant:
        """The variant with the Seeker's next words and the verdicts that need them."""
        if drawn is None or drawn.value is None:
            return variant
        level = next(item for item in self.context.ir.care_levels if item.value == variant.care)
        item = self.supporter.item(level, self.asked, variant.text, said.distress)
        known = {"next_seeker": drawn.value.message, "distress_after": drawn.value.distress}
        (verdicts,) = await self.context.score([item.model_copy(update=known)])
        return variant.model_copy(update={"verdicts": verdicts, "next_seeker": drawn.value})

    def _choose(self, index: int, variants: tuple[Variant, ...]) -> float | None:
        """Care level of the variant that goes on; unsafe ones never do."""
        able = [v for v in variants if v.status == "ok" and not v.violations]
        if self.context.profile.lookahead:
            able = [v for v in able if v.next_seeker is not None]
        if not able:
            return None
        policy = self.context.profile.continuation
        if policy == "best":
            return max(able, key=lambda v: -1.0 if v.reward is None else v.reward).care
        if policy == "sampled":
            seed = derive_seed(self.context.seed, self.persona.id, "continuation", index)
            return random.Random(seed).choice(able).care
        return min(able, key=lambda v: abs(v.care - policy)).care

    async def _next(
        self, index: int, turn: Turn, chosen: Variant
    ) -> tuple[Drawn[SeekerTurn], Turn]:
        """The next Seeker turn, and this turn with what it tells about the chosen variant."""
        if self.context.profile.lookahead:
            return self.looked[chosen.care].drawn, turn
        drawn = await self.seeker.speak(index + 1, chosen.text, self.seeker.disclosure)
        settled = await self._settled(turn.seeker, chosen, drawn)
        variants = tuple(settled if v.care == settled.care else v for v in turn.variants)
        return drawn, turn.model_copy(update={"variants": variants})

    def _closing(self, index: int, said: SeekerTurn) -> str:
        profile = self.context.profile
        if index >= profile.turns:
            return "turns"
        ready = said.ready_to_close and index >= profile.min_turns and not profile.exact_turns
        return "ready_to_close" if ready else ""

    def _opened(self, variant: Variant) -> float:
        """How open the Seeker is after `variant`; after a look-ahead, as open as it was there."""
        if variant.next_seeker is not None:
            return self.looked[variant.care].disclosure
        verdict = variant.verdicts.get(self.context.ir.conversation.disclosure.judge)
        return self.seeker.opened(verdict.score if verdict else None)

    def _heard(self) -> str:
        chosen = self.turns[-1].chosen_variant if self.turns else None
        return chosen.text if chosen else ""

    def _finish(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.context.notify("turn", {"persona": self.persona.id, "turn": turn.index})

    def _lost(
        self,
        stage: str,
        index: int | None,
        status: Status,
        reason: str,
        raw: str,
        care: float | None,
    ) -> None:
        role: Role = "supporter" if stage == "supporter" else "seeker"
        row = {
            "stage": stage,
            "persona": self.persona.id,
            "turn": index,
            "care": care,
            "status": status,
            "reason": reason,
            "raw": raw,
        }
        self.failures.append(self.context.failure(role, row))
        if stage != "conversation":  # its own event tells of that
            told = {name: row[name] for name in ("persona", "stage", "turn", "status", "reason")}
            self.context.notify("failure", told)

    def _end(self, ended: str) -> Held:
        status: Status = "ok" if len(self.turns) >= self.context.profile.min_turns else "failed"
        if status == "failed":
            self._lost("conversation", len(self.turns) or None, status, ended, "", None)
        conversation = Conversation(
            id=f"{self.persona.id}-c1",
            persona=self.persona.id,
            city=self.persona.city,
            language=self.persona.language,
            status=status,
            ended=ended,
            turns=tuple(self.turns),
        )
        return Held(conversation, self.failures)
