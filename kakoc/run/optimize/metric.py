"""What a reply is worth to an optimizer: the judges' reward, in the shapes that DSPy asks for.

Safety is a gate: a reply that crosses a hard line, or that no draw brought forth, is worth 0.
Length is controlled: a reply longer than replies of its kind mostly are loses in proportion, so
that more words alone win nothing. A number, not an object: DSPy reads any object as a yes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.proposer import Block
from kakoc.run.optimize.watch import Watch
from kakoc.types import Conversation, Persona, Role

TOO_LONG = 1.25
"""Times the usual length, from which a reply loses."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the judges say of one answer."""

    score: float | None
    """Gated and length-controlled, in [0, 1]; None: no judge gave a verdict."""
    judges: Mapping[str, float] = field(default_factory=dict)
    violations: tuple[str, ...] = ()
    """Ids of the hard lines that it crosses."""
    length: int = 0
    """Characters."""
    refused: str = ""
    """Why no draw passed; empty: one did."""
    feedback: str = ""
    """Sentences for whoever writes the next prompt."""


class Task(Protocol):
    """What is to be known of a role to search its prompt."""

    @property
    def role(self) -> Role: ...

    @property
    def output(self) -> str:
        """Name of the role's output field."""
        ...

    @property
    def objectives(self) -> tuple[str, ...]:
        """Judges whose scores are looked at one by one as well."""
        ...

    def cases(
        self, personas: Sequence[Persona], conversations: Sequence[Conversation]
    ) -> list[Case]:
        """All places of a run at which the role spoke."""
        ...

    def learn(self, cases: Sequence[Case]) -> None:
        """What is usual, from training cases."""
        ...

    def demos(self, cases: Sequence[Case]) -> list[Case]:
        """The demos of the spec as cases, where they can be scored."""
        ...

    def blocks(self) -> list[Block]:
        """What instructions can be made of without a model that writes them."""
        ...

    def tidy(self, case: Case, answer: Any) -> Any:
        """The answer as a run keeps it."""
        ...

    def refusal(self, case: Case, answer: Any, prompt: str) -> str:
        """Why a run would draw again; empty: it would not.

        Args:
            prompt: words of the instructions and demos, which an answer may not repeat.
        """
        ...

    def score(self, case: Case, answer: Any, refused: str) -> Scored:
        """What it is worth; no held-out judge is asked."""
        ...

    def held_out(self, case: Case, answer: Any) -> dict[str, float]:
        """What the held-out judges say, which no optimizer hears."""
        ...


def controlled(reward: float, length: int, usual: float) -> float:
    """The reward of a reply of `length` characters where `usual` is the median."""
    limit = usual * TOO_LONG
    return reward if not usual or length <= limit else reward * limit / length


class Metric:
    """One metric for all optimizers of a search."""

    def __init__(self, task: Task, watch: Watch) -> None:
        self._task = task
        self._watch = watch

    def __deepcopy__(self, memo: dict[int, Any]) -> Metric:
        return self

    def number(self, example: Any, prediction: Any, trace: Any = None) -> float:
        """For BootstrapFewShot, MIPROv2, COPRO, SIMBA (which gives two arguments) and Evaluate."""
        return self._scored(example.case, prediction)[0]

    def with_feedback(
        self,
        gold: Any,
        pred: Any,
        trace: Any = None,
        pred_name: str | None = None,
        pred_trace: Any = None,
    ) -> Any:
        """For GEPA: the same number, a score a judge, and what the judges have to say."""
        import dspy

        score, found = self._scored(gold.case, pred)
        gated = bool(found.refused or found.violations)
        objectives = {
            name: 0.0 if gated else found.judges.get(name, score) for name in self._task.objectives
        }
        return dspy.Prediction(score=score, feedback=found.feedback, objective_scores=objectives)

    def _scored(self, case: Case, prediction: Any) -> tuple[float, Scored]:
        answer = getattr(prediction, self._task.output, None)
        found = self._task.score(case, answer, getattr(prediction, "refused", "no answer"))
        # Silence is not a bad mark: where no judge speaks, the prompt neither wins nor loses.
        silent = case.usual if case.usual is not None else 0.5
        score = silent if found.score is None else found.score
        if name := getattr(prediction, "candidate", ""):
            self._watch.scored(name, case.id, score, found.judges)
        return score, found
