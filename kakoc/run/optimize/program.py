"""The program that optimizers search: a role's own module, drawn and guarded as in a run.

Its one input is a `Case`. What it answers is what a run would have kept: the first draw that no
guard refuses, and so its trace, of which demos are made, holds that draw and no history.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kakoc.ports import CALL_SITE, NOWHERE, CallSite
from kakoc.run.cast import Speaker
from kakoc.run.draw import Refusal, refusal_of
from kakoc.run.optimize.cases import Case
from kakoc.run.optimize.metric import Task
from kakoc.run.optimize.watch import SearchOver, Watch, Words
from kakoc.types import derive_seed

CONTEXT = {"disable_history": True, "warn_on_type_mismatch": False}
"""Of DSPy. Who wants a trace starts its own."""
PLACE = ("facts", "history", "config")
"""Of what a module is called with: what no demo shows."""
NOT_OF_A_DEMO = (*PLACE, "case", "augmented")


def make_program(speaker: Speaker, task: Task, watch: Watch) -> Any:
    """The role of `speaker` as a `dspy.Module` with the input `case`."""
    import dspy

    class Answering(dspy.Module):
        def __init__(self) -> None:
            super().__init__()
            self.role = speaker.role.module.deepcopy()

        def forward(self, case: Case) -> Any:
            watch.require()
            words = words_of(self)
            name, rollout = watch.tries(words), self._rollout()
            key = (name, case.id, rollout)
            if key not in watch.answers:
                watch.answers[key] = self._draw(case, prompt_text(words, task.output), rollout)
            answer, refused, steps = watch.answers[key]
            if dspy.settings.trace is not None:
                named = dict(self.named_predictors())
                dspy.settings.trace.extend((named[step], *rest) for step, *rest in steps)
            return dspy.Prediction(**{task.output: answer}, refused=refused, candidate=name)

        def _draw(self, case: Case, told: str, rollout: int) -> tuple[Any, str, list[Any]]:
            answer, steps, refusal = None, [], Refusal("no draw is allowed", failed=True)
            for seed in case.seeds:
                seed = derive_seed(seed, "rollout", rollout) if rollout else seed
                try:
                    with dspy.context(trace=[]), called_from(case.site):
                        answer = self._answer(case, seed)
                        steps = self._steps(dspy.settings.trace, answer)
                except Exception as error:
                    answer, refusal = None, _refusal(error, watch)
                    if refusal.failed:
                        break
                    continue
                refusal = Refusal(task.refusal(case, answer, told))
                if not refusal.reason:
                    break
            watch.heard(not refusal.failed, refusal.reason)
            return answer, refusal.reason, steps

        def _steps(self, trace: Sequence[Any], answer: Any) -> list[Any]:
            """The trace of a draw without what only this place has; its last answer as kept."""
            names = {id(predictor): name for name, predictor in self.named_predictors()}
            steps = [
                (names[id(p)], {k: v for k, v in asked.items() if k not in PLACE}, said)
                for p, asked, said in trace
                if id(p) in names
            ]
            if steps:
                steps[-1] = (*steps[-1][:2], dspy.Prediction(**{task.output: answer}))
            return steps

        def _answer(self, case: Case, seed: int) -> Any:
            config = {**case.inputs["config"], "seed": seed}
            given = {**case.inputs, "config": config}
            if "history" in given:
                given["history"] = dspy.History(messages=list(given["history"]))
            return task.tidy(case, self.role(**given)[task.output])

        def _rollout(self) -> int:
            # An optimizer asks for another answer by a rollout id, which ends at DSPy's cache;
            # only a seed reaches the model, and the journal.
            lm = self.role.predictors()[0].lm or dspy.settings.lm
            return int(getattr(lm, "kwargs", {}).get("rollout_id") or 0)

    return Answering()


def in_context(speaker: Speaker, work: Callable[[], Any]) -> Any:
    """`work` where DSPy knows the role's model and adapter, and no call has a place yet."""
    import dspy

    with (
        called_from(NOWHERE),
        dspy.context(lm=speaker.lm, adapter=speaker.adapter, trace=None, **CONTEXT),
    ):
        return work()


@contextlib.contextmanager
def called_from(site: CallSite) -> Iterator[None]:
    """Calls of other things, as of who writes prompts, belong to no place of a run."""
    token = CALL_SITE.set(site)
    try:
        yield
    finally:
        CALL_SITE.reset(token)


def answers(program: Any, cases: Sequence[Case], threads: int) -> list[Any]:
    """What the program says in each case, in order.

    Raises:
        Exception: whatever the first case that fails raises, once those under way have ended.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="kakoc-case") as pool:
        jobs = [
            pool.submit(contextvars.copy_context().run, lambda c=case: program(case=c))
            for case in cases
        ]
        try:
            return [job.result() for job in jobs]
        except BaseException:
            for job in jobs:
                job.cancel()
            raise


def words_of(program: Any) -> Words:
    """What an optimizer can change, as plain data: of each predictor its words and its demos."""
    return {
        name.removeprefix("role."): {
            "instructions": predictor.signature.instructions,
            "demos": [_demo(demo) for demo in predictor.demos],
        }
        for name, predictor in program.named_predictors()
    }


def with_words(program: Any, words: Words) -> Any:
    """A copy of the program with other words."""
    import dspy

    copy = program.deepcopy()
    for name, predictor in copy.named_predictors():
        given = words[name.removeprefix("role.")]
        predictor.signature = predictor.signature.with_instructions(given["instructions"])
        predictor.demos = [dspy.Example(**demo) for demo in given["demos"]]
    return copy


def prompt_text(words: Words, output: str) -> str:
    """Instructions and the answers of demos: what a weak model copies into its own answers."""
    lines = []
    for part in words.values():
        lines += [part["instructions"], *(_text(demo[output]) for demo in part["demos"])]
    return "\n".join(lines)


def _demo(demo: Any) -> dict[str, Any]:
    fields = {name: value for name, value in demo.items() if name not in NOT_OF_A_DEMO}
    return {
        name: value.model_dump() if hasattr(value, "model_dump") else value
        for name, value in fields.items()
    }


def _text(answer: Any) -> str:
    if isinstance(answer, Mapping):
        return "\n".join(value for value in answer.values() if isinstance(value, str))
    return str(answer)


def _refusal(error: Exception, watch: Watch) -> Refusal:
    """Why this draw brought nothing; whatever no other call could mend ends the search."""
    try:
        return refusal_of(error)
    except Exception as fault:
        watch.fail(fault)
        raise SearchOver(str(fault)) from fault
