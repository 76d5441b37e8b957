"""One search from its beginning to its table: baseline, recipe, final round, held-out cities.

Reads top to bottom like the search itself. Knows a recipe as a function, and files not at all.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from kakoc.errors import KakocError
from kakoc.ports import Notify
from kakoc.run.cast import Speaker
from kakoc.run.draw import refusal_of
from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.effect import Effect, Reply, effect
from kakoc.run.optimize.metric import Metric, Task
from kakoc.run.optimize.program import answers, in_context, make_program, with_words, words_of
from kakoc.run.optimize.recipe import Search
from kakoc.run.optimize.watch import Candidate, SearchOver, Watch

Recipe = Callable[[Search], Any]
FINALISTS = 2
"""Prompts that did well on other cases and were not scored on all dev cases yet."""
FEWEST_SCORES = 4
"""Cases on which a finalist must have been tried."""


@dataclass(frozen=True)
class Data:
    """The cases of a search, by part."""

    train: Sequence[Case]
    dev: Sequence[Case]
    held_out: Sequence[Case]
    demos: Sequence[Case] = ()


@dataclass(frozen=True)
class Ways:
    """How a search goes."""

    recipe: Recipe
    calls: int
    """Model calls of the search; the evaluation before and after is not counted."""
    seed: int
    threads: int
    propose: Callable[..., dict[str, str]]
    seconds: float | None = None
    """How long it may take; none: as long as it likes."""
    reflector: Any = None
    writer: Any = None
    stops_itself: bool = False
    """Whether the recipe asks `is_over` between its steps."""


class Searching:
    """A search and what is known of it so far, whatever ends it."""

    def __init__(
        self, speaker: Speaker, task: Task, data: Data, ways: Ways, watch: Watch, notify: Notify
    ) -> None:
        self.task, self.data, self.ways, self.watch = task, data, ways, watch
        self._speaker, self._notify = speaker, notify
        self.metric = Metric(task, watch)
        self.program = make_program(speaker, task, watch)
        self.before = words_of(self.program)

    def search(self) -> Candidate:
        """The best prompt on the dev cities, which may be the one there was.

        Raises:
            KakocError: a model or the journal failed for good; nothing that was paid for is lost.
        """
        best: Candidate = in_context(self._speaker, self._search)
        return best

    def compare(self, best: Candidate) -> Effect:
        """What that prompt is worth on the held-out cities."""
        found: Effect = in_context(self._speaker, lambda: self._compare(best))
        return found

    def _search(self) -> Candidate:
        self._notify("baseline", {"cases": len(self.data.dev)})
        self._evaluate(self.program)
        given = self._given(self.watch.spent / len(self.data.dev))
        self.watch.begin(self.ways.calls, self.ways.seconds, 2 * self.watch.spent)
        self.watch.stops_itself = self.ways.stops_itself
        self._let_go(given)
        self.watch.stops_itself = False
        self._finals()
        return self.watch.best

    def _let_go(self, given: Search) -> None:
        """Run the recipe; whatever it raises once the search is over is only its way to end."""
        try:
            with _quiet():
                found = self.ways.recipe(given)
            if found is not None and not self.watch.over():
                self._evaluate(found)
        except KeyboardInterrupt:
            self.watch.ended = "interrupted"
        except Exception as error:
            if not self.watch.ended:  # whoever writes prompts may write what cannot be read
                self.watch.ended = f"the writer failed: {refusal_of(error).reason}"
        if self.watch.fault:
            raise self.watch.fault

    def _finals(self) -> None:
        """Score on all dev cases what did best elsewhere, as far as the calls go."""
        first = self.watch.finished[0]
        for candidate in self._promising(first):
            with contextlib.suppress(SearchOver):
                self._evaluate(with_words(self.program, candidate.words))

    def _promising(self, first: Candidate) -> list[Candidate]:
        gains = []
        for candidate in self.watch.candidates.values():
            both = candidate.scores.keys() & first.scores.keys()
            if candidate.number is None and len(both) >= FEWEST_SCORES:
                gains.append((candidate.mean(both) - first.mean(both), candidate.id))
        best = [name for gain, name in sorted(gains, reverse=True)[:FINALISTS] if gain > 0]
        return [self.watch.candidates[name] for name in best]

    def _given(self, each: float) -> Search:
        train = [_example(case, self.task.output) for case in self.data.train]
        good, threshold = self._good()
        ways = self.ways
        return Search(
            program=self.program,
            train=train,
            good=[_example(case, self.task.output) for case in good],
            dev=[_example(case, self.task.output) for case in self.data.dev],
            metric=self.metric.number,
            feedback=self.metric.with_feedback,
            threshold=threshold,
            calls=ways.calls,
            calls_each=each,
            seed=ways.seed,
            threads=ways.threads,
            lm=self._speaker.lm,
            reflector=ways.reflector,
            writer=ways.writer if ways.writer is not None else self._speaker.lm,
            propose=ways.propose,
            is_over=self.watch.over,
            evaluate=self._evaluate,
        )

    def _good(self) -> tuple[list[Case], float]:
        """Labelled cases in the upper quarter, and where that begins."""
        known = [case for case in self.data.train if case.label and case.usual]
        usual = [case.usual or 0.0 for case in known]
        threshold = quantiles(usual, n=4)[2] if len(usual) > 1 else 0.5
        good = [case for case in known if (case.usual or 0.0) >= threshold]
        return [*self.data.demos, *good], threshold

    def _evaluate(self, program: Any) -> float:
        """Mean score on the dev cases; nothing is asked where it is known."""
        known = self.watch.candidates[self.watch.tries(words_of(program))]
        if known.number is not None:
            return known.mean(self.watch.dev)
        said = self._said(program, self.data.dev, self.watch)
        pairs = zip(self.data.dev, said, strict=True)
        scores = [self.metric.number(_example(case, self.task.output), p) for case, p in pairs]
        return sum(scores) / len(scores)

    def _compare(self, best: Candidate) -> Effect:
        sides = []
        for name, words in (("before", self.before), ("after", best.words)):
            self._notify("held_out", {"side": name, "cases": len(self.data.held_out)})
            free = Watch((), lambda: 0, lambda *_: None)
            program = with_words(make_program(self._speaker, self.task, free), words)
            said = self._said(program, self.data.held_out, free)
            sides.append(
                [self._reply(*pair) for pair in zip(self.data.held_out, said, strict=True)]
            )
        return effect(*sides)

    def _said(self, program: Any, cases: Sequence[Case], watch: Watch) -> list[Any]:
        try:
            return answers(program, cases, self.ways.threads)
        except SearchOver as over:
            raise watch.fault or over from None

    def _reply(self, case: Case, prediction: Any) -> Reply:
        answer, refused = prediction[self.task.output], prediction.refused
        scored = self.task.score(case, answer, refused)
        return Reply(case, scored, {} if refused else self.task.held_out(case, answer))


def require_enough(data: Data) -> None:
    """Raises:
    KakocError: there is a part without cases.
    """
    empty = [name for name in ("train", "dev", "held_out") if not getattr(data, name)]
    if empty:
        raise KakocError(
            f"the run has no usable turns for {', '.join(empty)}", "make a larger run first"
        )


def _example(case: Case, output: str) -> Any:
    import dspy

    fields = {"case": case, "turn": case.inputs["turn"], output: case.label}
    return dspy.Example(**fields).with_inputs("case")


@contextlib.contextmanager
def _quiet() -> Any:
    """Optimizers print to stdout, which is a command's result, and log every step."""
    import io

    loggers = [logging.getLogger(name) for name in ("dspy", "optuna")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
