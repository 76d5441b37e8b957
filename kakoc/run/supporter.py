"""The Supporter's side of a turn: a reply for each care level, guarded, the best of N.

Knows what was said and the three things a Supporter may see of the person; nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from kakoc.emit.runtime.templates import fill
from kakoc.ir import CareLevel
from kakoc.judging.reward import reward, violations
from kakoc.ports import CallSite
from kakoc.run.context import RunContext
from kakoc.run.draw import Drawn, Refusal, crossed, draw
from kakoc.run.guards import Surroundings, finished, refuse
from kakoc.types import JudgeItem, Message, Persona, Variant, Verdict, Violation

T = TypeVar("T")
CHARS_PER_TOKEN = 2.5
DEFAULT_REPLY_CHARS = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reply that passed, with what the judges say of it."""

    drawn: Drawn[str]
    verdicts: dict[str, Verdict]
    reward: float | None
    violations: tuple[Violation, ...]

    @property
    def excluded(self) -> bool:
        """Whether a judge found what no table may hold; the rules were asked before."""
        return any(violation.kind == "exclude" for violation in self.violations)

    @property
    def rank(self) -> tuple[bool, float]:
        """Safe before unsafe, then by reward."""
        return (not self.violations, -1.0 if self.reward is None else self.reward)


class SupporterSide:
    """What the Supporter heard and said so far."""

    def __init__(self, context: RunContext, persona: Persona) -> None:
        self.context = context
        self.persona = persona
        self.speaker = context.cast.supporter
        self.brief = self.speaker.brief(persona.card)
        self.history: list[dict[str, Any]] = []

    async def variants(
        self, turn: int, heard: tuple[Message, ...], distress: int | None
    ) -> list[tuple[Variant, str]]:
        """One variant a care level, each with its raw text if it was refused.

        Args:
            heard: the conversation up to the message that is answered.
        """
        levels = self.context.ir.care_levels
        if self.context.parallel_variants:
            jobs = (self._variant(turn, level, heard, distress) for level in levels)
            return await _all_ended(jobs)
        # One after another in the conversation's own slot: the prefix is processed once.
        return [await self._variant(turn, level, heard, distress) for level in levels]

    def remember(self, message: str, reply: str) -> None:
        """The exchange as both heard it; the care level that made it is not part of the history."""
        self.history.append({"turn": message, "reply": reply})

    def heard(self, message: str) -> tuple[Message, ...]:
        """The conversation so far as a judge may see it, ending with `message`."""
        earlier = [
            line
            for exchange in self.history
            for line in (
                Message(role="seeker", content=exchange["turn"]),
                Message(role="supporter", content=exchange["reply"]),
            )
        ]
        return (*earlier, Message(role="seeker", content=message))

    def item(
        self, level: CareLevel, heard: tuple[Message, ...], reply: str, distress: int | None
    ) -> JudgeItem:
        """What a judge sees of one reply to the last message of `heard`."""
        return JudgeItem(
            context=heard,
            reply=reply,
            care=level.value,
            sentences=level.sentences,
            distress_before=distress,
            language=self.persona.language,
        )

    async def _variant(
        self, turn: int, level: CareLevel, heard: tuple[Message, ...], distress: int | None
    ) -> tuple[Variant, str]:
        draws = [
            await self._draw(turn, level, heard[-1].content, pick)
            for pick in range(self.context.profile.best_of)
        ]
        passed = [drawn for drawn in draws if drawn.value is not None]
        if not passed:
            refusal = draws[-1].refusal or Refusal("unknown")
            return self._row(level, draws[-1], sum(d.attempts for d in draws)), refusal.raw
        verdicts = await self._judged(level, heard, passed, distress)
        candidates = [
            self._candidate(drawn, given) for drawn, given in zip(passed, verdicts, strict=True)
        ]
        kept = [candidate for candidate in candidates if not candidate.excluded]
        if not kept:
            return self._row(level, _withheld(candidates[-1]), sum(d.attempts for d in draws)), ""
        best = max(kept, key=lambda candidate: candidate.rank)
        return self._row(level, best.drawn, sum(d.attempts for d in draws), best), ""

    async def _judged(
        self,
        level: CareLevel,
        heard: tuple[Message, ...],
        drawn: list[Drawn[str]],
        distress: int | None,
    ) -> list[dict[str, Verdict]]:
        if not self.context.profile.judges:
            return [{} for _ in drawn]
        items = [self.item(level, heard, one.value or "", distress) for one in drawn]
        return await self.context.score(items)

    def _guidance(self, level: CareLevel) -> str:
        return " ".join(fill([line.text], self.brief.view) for line in level.guidance)

    def _candidate(self, drawn: Drawn[str], verdicts: dict[str, Verdict]) -> Candidate:
        """The hard lines count whether or not a judge of the spec runs them too."""
        found = (*self.context.rules.check(drawn.value or "", "supporter"), *violations(verdicts))
        distinct = {violation.rule: violation for violation in reversed(found)}
        worth = reward(verdicts, self.context.weights)
        return Candidate(drawn, verdicts, worth, tuple(distinct[rule] for rule in sorted(distinct)))

    async def _draw(self, turn: int, level: CareLevel, message: str, pick: int) -> Drawn[str]:
        site = CallSite("supporter", self.persona.id, turn, f"{level.value:g}/{pick}")
        care = self._guidance(level)
        limit = self.context.ir.roles["supporter"].limits.get("reply", DEFAULT_REPLY_CHARS)
        sampling = level.decoding.model_dump(exclude_none=True)
        guarded = self.context.profile.guards

        async def ask(seed: int) -> str:
            config = {**sampling, "max_tokens": int(limit / CHARS_PER_TOKEN), "seed": seed}
            words = {"message": message, "care": care, "config": config}
            reply = await self.speaker.say(site, self.brief, self.history, **words)
            return finished(reply, most=level.sentences[1]) if guarded else str(reply)

        seeds = self.context.seeds(self.persona.id, "supporter", turn, level.value, pick)
        return await draw(ask, lambda reply: self._refusal(reply, message, care), seeds)

    def _refusal(self, reply: str, message: str, care: str) -> Refusal | None:
        broken = self.context.rules.check(reply, "supporter")
        if refusal := crossed(violation for violation in broken if violation.kind == "exclude"):
            return refusal
        if not self.context.profile.guards:
            return None
        around = Surroundings(
            last=message,
            own=[exchange["reply"] for exchange in self.history],
            prompt=f"{self.speaker.constant_words}\n{care}",
            never=self.context.ir.roles["supporter"].never,
            echo_overlap=self.context.ir.conversation.echo_overlap,
        )
        reason = refuse(reply, around)
        return Refusal(reason, raw=reply) if reason else None

    def _row(
        self, level: CareLevel, drawn: Drawn[str], attempts: int, best: Candidate | None = None
    ) -> Variant:
        return Variant(
            care=level.value,
            status="ok" if best else drawn.status,
            text=drawn.value or "",
            reason=drawn.reason,
            seed=drawn.seed,
            attempts=attempts,
            model=self.speaker.model,
            prompt=self.speaker.prompt,
            verdicts=best.verdicts if best else {},
            reward=best.reward if best else None,
            violations=best.violations if best else (),
        )


async def _all_ended(jobs: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results; the first error only once every call in flight has been answered and kept."""
    ended = await asyncio.gather(*jobs, return_exceptions=True)
    results = []
    for one in ended:
        if isinstance(one, BaseException):
            raise one
        results.append(one)
    return results


def _withheld(candidate: Candidate) -> Drawn[str]:
    """The draw without its text."""
    excluded = (broken for broken in candidate.violations if broken.kind == "exclude")
    drawn = candidate.drawn
    return Drawn(None, drawn.seed, drawn.attempts, crossed(excluded))
