"""The persona role as a task of the search: its prose agrees with the sampled facts.

One draw a case: a better prompt is one that needs no second draw. A field counts if no guard
refuses it and nothing in it contradicts the card; an empty field is refused, so silence does not
agree with everything. No judge reads prose, so none is held out either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from kakoc.emit import prose_fields
from kakoc.lint.facts import contradiction
from kakoc.ports import CallSite
from kakoc.run.context import RunContext
from kakoc.run.guards import Surroundings, refuse
from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.metric import Scored
from kakoc.run.optimize.proposer import Block
from kakoc.types import Conversation, Persona

FACTS, FORM = "facts", "form"
AGAINST = "It contradicts what is known of the person:"
BAD_FORM = "It cannot be used as it is:"


class PersonaTask:
    """One for a search; usable from any thread."""

    role: Literal["persona"] = "persona"
    output = "prose"
    objectives = (FACTS, FORM)

    def __init__(self, context: RunContext) -> None:
        self.context = context

    def cases(
        self, personas: Sequence[Persona], conversations: Sequence[Conversation]
    ) -> list[Case]:
        """All people of the run; what is told of one holds no prose."""
        return [self._case(persona) for persona in personas]

    def learn(self, cases: Sequence[Case]) -> None:
        """Nothing: a field is right or wrong by itself."""

    def demos(self, cases: Sequence[Case]) -> list[Case]:
        """None: a demo of the spec has no card that it could be held against."""
        return []

    def blocks(self) -> list[Block]:
        return [
            Block(AGAINST, "Write nothing that the facts above do not say."),
            Block(BAD_FORM, "Write whole sentences, each once, in your own words."),
        ]

    def tidy(self, case: Case, answer: Any) -> Any:
        return dict(answer.model_dump())

    def refusal(self, case: Case, answer: Any, prompt: str) -> str:
        for text in answer.values():
            for broken in self.context.rules.check(text, "persona"):
                return f"hard line {broken.rule}"
        return ""

    def score(self, case: Case, answer: Any, refused: str) -> Scored:
        if refused or not answer:
            why = refused or "no answer"
            crossed = (why.removeprefix("hard line "),) if why.startswith("hard line ") else ()
            return Scored(0.0, violations=crossed, refused=why, feedback=f"{BAD_FORM} {why}.")
        against = [contradiction(text, case.around) for text in answer.values()]
        around = Surroundings(never=self.context.ir.roles["persona"].never)
        form = [refuse(text, around) for text in answer.values()]
        told = [f"{AGAINST} {why}." for why in against if why]
        told += [f"{BAD_FORM} {why}." for why in form if why]
        good = [not (one or other) for one, other in zip(against, form, strict=True)]
        return Scored(
            score=_share(good),
            judges={
                FACTS: _share([not why for why in against]),
                FORM: _share([not w for w in form]),
            },
            length=sum(map(len, answer.values())),
            feedback="\n".join(told),
        )

    def held_out(self, case: Case, answer: Any) -> dict[str, float]:
        return {}

    def _case(self, persona: Persona) -> Case:
        role = self.context.cast.persona.role
        fields = [path for path, _ in prose_fields(self.context.ir.persona_schema)]
        prose = {path[-1]: _at(persona.card, path) for path in fields}
        return Case(
            id=persona.id,
            persona=persona.id,
            city=persona.city,
            care="",
            site=CallSite("persona", persona.id),
            inputs=role.inputs(persona.card, config={}),
            seeds=self.context.seeds(persona.id, "persona")[:1],
            label=prose,
            around=self.context.facts.facts(persona.card),
        )


def _at(card: Any, path: tuple[str, ...]) -> str:
    for name in path:
        card = card[name]
    return str(card)


def _share(marks: Sequence[bool]) -> float:
    return round(sum(marks) / len(marks), 4) if marks else 0.0
