"""Labels of examples are of parts that their judge looks for; test authors fit nothing.

An author of test examples has not read those that fit, so the same pen cannot write both.
"""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context, judge_of

OVERALL = "overall"


def labels_named(context: Context) -> list[Diagnostic]:
    return [*_unknown_labels(context), *_unknown_lists(context), *_one_pen(context)]


def _unknown_labels(context: Context) -> Iterator[Diagnostic]:
    parts = {judge.name: {part.id for part in judge.parts} for judge in context.judges.judges}
    for file, content in context.judge_examples.items():
        known = {OVERALL, *parts.get(judge_of(file), ())}
        for number, example in enumerate(content.examples):
            for name in example.labels.keys() - known:
                place = context.where_key(file, "examples", number, "labels", name)
                message = f"judge `{judge_of(file)}` has no part `{name}`"
                help_ = context.hints.did_you_mean(name, known) or "add it to `parts`"
                yield Diagnostic("K302", message, place, help=help_)


def _unknown_lists(context: Context) -> Iterator[Diagnostic]:
    for number, judge in enumerate(context.judges.judges):
        for index, part in enumerate(judge.parts):
            for at, name in enumerate(part.requires):
                if name not in judge.lexicon:
                    path = ("judges", number, "parts", index, "requires", at)
                    message = f"the lexicon of `{judge.name}` has no list `{name}`"
                    help_ = context.hints.did_you_mean(name, judge.lexicon) or "add the list"
                    place = context.where("judges.yaml", *path)
                    yield Diagnostic("K302", message, place, help=help_)


def _one_pen(context: Context) -> Iterator[Diagnostic]:
    fitting = {c.author: file for file, c in context.judge_examples.items() if c.use == "fit"}
    for file, content in context.judge_examples.items():
        if content.use == "test" and content.author in fitting:
            place = context.where(file, "author")
            message = f"`{content.author}` also wrote examples that fit, {fitting[content.author]}"
            help_ = "let somebody else write the test, who has not read those"
            yield Diagnostic("K434", message, place, help=help_)
