"""What a recipe of `optimizers/` is handed. Knows no optimizer and no role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Search:
    """One search: a program, cases with a metric, and what may be spent.

    Whatever is tried is watched: every prompt that was scored on all of `dev` is kept, and the best
    of them wins, so a recipe may return its best program or nothing.
    """

    program: Any
    """A `dspy.Module` with the input `case`; `predictors()` are those of the role's module."""
    train: list[Any]
    """`dspy.Example`s of training cities, to reflect on."""
    good: list[Any]
    """Those of them whose reply in the run did best, and the demos of the spec: labelled."""
    dev: list[Any]
    """Examples of other cities, by which prompts are compared."""
    metric: Callable[..., float]
    """(example, prediction[, trace]) -> a number in [0, 1]."""
    feedback: Callable[..., Any]
    """GEPA's five arguments -> `dspy.Prediction(score, feedback, objective_scores)`."""
    threshold: float
    """From this score on a reply is worth being a demo."""
    calls: int
    """Model calls that are left."""
    calls_each: float
    """What a case took with the prompt as it is, draws that were refused included."""
    seed: int
    threads: int
    lm: Any
    """The model that plays the role."""
    reflector: Any
    """The model that writes instructions, or None: then only `propose` does."""
    writer: Any
    """As `reflector`, and the role's own model where there is none. Equal requests get different
    answers, in an order that a second search meets again."""
    propose: Callable[..., dict[str, str]]
    """GEPA's `instruction_proposer` without a model: blocks of the spec, chosen by feedback."""
    is_over: Callable[[], bool]
    """Whether to ask no more."""
    evaluate: Callable[[Any], float]
    """A program -> its mean score on `dev`."""

    @property
    def rounds(self) -> int:
        """How often the calls that are left pay for a score on all of `dev`, at least once."""
        return max(1, int(self.calls / max(1.0, self.calls_each * len(self.dev))))

    @property
    def cases(self) -> int:
        """How many cases the calls that are left pay for."""
        return max(1, int(self.calls / max(1.0, self.calls_each)))
