"""The Supporter as a task of the search: its cases, its guards, and the judges' word on a reply."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Literal

from kakoc.emit.runtime.templates import fill, visible
from kakoc.ir import CareLevel
from kakoc.judging import score_all
from kakoc.judging.reward import reward, violations
from kakoc.ports import CallSite, Judge
from kakoc.run.context import RunContext
from kakoc.run.guards import Surroundings, finished, refuse
from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.metric import Scored, controlled
from kakoc.run.optimize.proposer import Block, blocks_of
from kakoc.run.supporter import CHARS_PER_TOKEN, DEFAULT_REPLY_CHARS, SupporterSide
from kakoc.types import Conversation, Persona, Turn, Variant, Verdict, derive_seed


@dataclass(frozen=True, slots=True)
class Around:
    """What a reply is compared with."""

    level: CareLevel
    guidance: str
    message: str
    own: tuple[str, ...]


class SupporterTask:
    """One for a search; usable from any thread."""

    role: Literal["supporter"] = "supporter"
    output = "reply"

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.usual_length: dict[str, float] = {}
        """Care level -> median length of the run's replies in training cities."""
        self._judging = threading.Lock()
        self.objectives = tuple(
            spec.name
            for spec in context.ir.judges
            if spec.name in context.weights and spec.reads == "reply"
        )
        heldout = {spec.name for spec in context.ir.judges if spec.use_for == "heldout"}
        self._heldout = [judge for judge in context.judges if judge.name in heldout]

    def cases(
        self, personas: Sequence[Persona], conversations: Sequence[Conversation]
    ) -> list[Case]:
        """All places at which the Supporter replied and a judge of its reward could tell."""
        by_id = {persona.id: persona for persona in personas}
        talks = (c for c in conversations if c.status == "ok" and c.persona in by_id)
        return [case for talk in talks for case in self._of(by_id[talk.persona], talk)]

    def learn(self, cases: Sequence[Case]) -> None:
        """What is usual, from the replies of training cases."""
        lengths: dict[str, list[int]] = {}
        for case in cases:
            if case.label:
                lengths.setdefault(case.care, []).append(len(case.label))
        self.usual_length = {care: float(median(found)) for care, found in lengths.items()}

    def demos(self, cases: Sequence[Case]) -> list[Case]:
        """The spec's own demos, as cases of people who are there; `cases` lends the surroundings.

        A demo whose user line holds no care level's guidance teaches nothing that can be judged.
        """
        found = []
        for number, demo in enumerate(self.context.ir.roles["supporter"].demos):
            like = next((c for c in cases if f"({c.around.guidance})" in demo.user), None)
            if like is not None:
                found.append(self._of_demo(number, demo.user, demo.assistant["reply"], like))
        return found

    def blocks(self) -> list[Block]:
        return blocks_of(self.context.ir)

    def tidy(self, case: Case, answer: Any) -> Any:
        most = case.around.level.sentences[1]
        return finished(answer, most=most) if self.context.profile.guards else str(answer)

    def refusal(self, case: Case, answer: Any, prompt: str) -> str:
        for broken in self.context.rules.check(answer, "supporter"):
            if broken.kind == "exclude":
                return f"hard line {broken.rule}"
        if not self.context.profile.guards:
            return ""
        around = Surroundings(
            last=case.around.message,
            own=case.around.own,
            prompt=f"{prompt}\n{case.around.guidance}",
            never=self.context.ir.roles["supporter"].never,
            echo_overlap=self.context.ir.conversation.echo_overlap,
        )
        return refuse(answer, around) or ""

    def score(self, case: Case, answer: Any, refused: str) -> Scored:
        if refused or not answer:
            why = refused or "no answer"
            return Scored(score=0.0, refused=why, feedback=f"The reply was thrown away: {why}.")
        (verdicts,) = self._ask(self.context.steering, case, answer)
        crossed = self._crossed(answer, verdicts)
        found = reward(verdicts, self.context.weights)
        worth = None if found is None else self._worth(case, answer, found)
        return Scored(
            score=0.0 if crossed else worth,
            judges=self._scores(verdicts),
            violations=crossed,
            length=len(answer),
            feedback=self._feedback(case, answer, verdicts, crossed),
        )

    def held_out(self, case: Case, answer: Any) -> dict[str, float]:
        (verdicts,) = self._ask(self._heldout, case, answer)
        return {name: v.score for name, v in verdicts.items() if v.score is not None}

    def _of(self, persona: Persona, talk: Conversation) -> Iterator[Case]:
        side = SupporterSide(self.context, persona)
        view = visible(persona.card, side.speaker.role.prompt["visible"])
        for turn in talk.turns:
            for level in self.context.ir.care_levels:
                variant = next((v for v in turn.variants if v.care == level.value), None)
                guidance = " ".join(fill([line.text], view) for line in level.guidance)
                if variant is None or variant.status != "ok" or variant.reward is not None:
                    yield self._case(side, turn, level, guidance, variant)
            if turn.chosen_variant is None:
                return
            side.remember(turn.seeker.message, turn.chosen_variant.text)

    def _case(
        self,
        side: SupporterSide,
        turn: Turn,
        level: CareLevel,
        guidance: str,
        variant: Variant | None,
    ) -> Case:
        """The request as `SupporterSide` makes it, so that the journal knows the run's replies."""
        persona, message = side.persona, turn.seeker.message
        limit = self.context.ir.roles["supporter"].limits.get("reply", DEFAULT_REPLY_CHARS)
        sampling = level.decoding.model_dump(exclude_none=True)
        config = {**sampling, "max_tokens": int(limit / CHARS_PER_TOKEN)}
        told = {"message": message, "care": guidance, "config": config}
        inputs = side.speaker.role.inputs(persona.card, side.history, **told)
        known = variant if variant is not None and variant.status == "ok" else None
        case = Case(
            id=f"{persona.id}/{turn.index}/{level.value:g}",
            persona=persona.id,
            city=persona.city,
            care=level.name,
            site=CallSite("supporter", persona.id, turn.index, f"{level.value:g}/0"),
            inputs={**inputs, "history": tuple(side.history)},
            seeds=self.context.seeds(persona.id, "supporter", turn.index, level.value, 0),
            label=known.text if known else None,
            item=side.item(level, side.heard(message), "", turn.seeker.distress),
            around=Around(level, guidance, message, tuple(e["reply"] for e in side.history)),
        )
        safe = known is not None and not known.violations
        return replace(case, usual=known.reward if known and safe else 0.0 if known else None)

    def _of_demo(self, number: int, user: str, reply: str, like: Case) -> Case:
        message = user.replace(f"({like.around.guidance})", "").strip()
        name = f"demo-{number + 1}"
        assert like.item is not None
        heard = (like.item.context[-1].model_copy(update={"content": message}),)
        return replace(
            like,
            id=name,
            site=CallSite("supporter", name, 1, like.site.variant),
            inputs={**like.inputs, "history": (), "turn": user},
            seeds=[derive_seed(self.context.seed, name, seed) for seed in range(len(like.seeds))],
            label=reply,
            item=like.item.model_copy(update={"context": heard}),
            around=replace(like.around, message=message, own=()),
        )

    def _ask(self, judges: Sequence[Judge], case: Case, reply: str) -> list[dict[str, Verdict]]:
        assert case.item is not None
        # One at a time: the judges share an embedder, and threads would only wait for it.
        with self._judging:
            item = case.item.model_copy(update={"reply": reply})
            return score_all(judges, [item], self.context.memo)

    def _crossed(self, reply: str, verdicts: dict[str, Verdict]) -> tuple[str, ...]:
        found = (*self.context.rules.check(reply, "supporter"), *violations(verdicts))
        return tuple(sorted({broken.rule for broken in found}))

    def _worth(self, case: Case, reply: str, found: float) -> float:
        return controlled(found, len(reply), self.usual_length.get(case.care, 0.0))

    def _scores(self, verdicts: dict[str, Verdict]) -> dict[str, float]:
        return {name: v.score for name, v in verdicts.items() if v.score is not None}

    def _feedback(
        self, case: Case, reply: str, verdicts: dict[str, Verdict], crossed: Sequence[str]
    ) -> str:
        lines = [
            f"{name} {verdict.score:.2f}: {' '.join(verdict.reasons)}"
            for name, verdict in verdicts.items()
            if verdict.score is not None
        ]
        lines += [f"It crosses the hard line {rule}, so it counts as nothing." for rule in crossed]
        if self._worth(case, reply, 1.0) < 1.0:
            lines.append("It is longer than such a reply is, and loses by that.")
        return "\n".join(lines)
