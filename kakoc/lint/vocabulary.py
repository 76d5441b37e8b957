"""Which of the spec's problems a text speaks of, by its words. Knows the spec's entries only.

The spec speaks plainly and imported cards speak in clinical tags, so words rarely meet; what is
said here is therefore said only of clear cases, and never that a text *is* about a problem.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from kakoc.ir import Ir, Problem
from kakoc.judging.text import content_words, words

Stems = frozenset[str]

MOST_WEIGHT = 3.0
"""Of one word. A word that a single entry uses by chance must not decide alone."""
NAME_WEIGHT = 2.0
"""More for a word of the problem's own name: "marital", "burnout", "debt"."""
OF_MANY = (
    "problems issues recovery behaviors development loved emotional personal ongoing chronic"
    " setting disorder challenges"
)
"""What stands in names of problems and tells none of them from another."""


def stems(text: str) -> Stems:
    """Stems of the words that carry meaning; `sleep_disruption` is two words."""
    return content_words(re.sub(r"[_-]", " ", text))


class Vocabulary:
    """The words of each problem of a spec."""

    def __init__(self, ir: Ir) -> None:
        self._problems = ir.problems
        self._words = {problem.id: stems(_entry(problem)) for problem in ir.problems}
        common = stems(OF_MANY)
        self._names = {p.id: stems(_without_brackets(p.name)) - common for p in ir.problems}
        self._used = Counter(stem for entry in self._words.values() for stem in entry)

    def named(self, category: str) -> Problem | None:
        """The problem of that name; "Obsessive-Compulsive Disorder (OCD)" is `OCD` too."""
        told = _tokens(category)
        fits = [p for p in self._problems if _tokens(_without_brackets(p.name)) <= told]
        exact = next((p for p in self._problems if p.id == category), None)
        return exact or max(fits, key=lambda problem: len(problem.name), default=None)

    def names_it(self, problem: Problem, text: str) -> bool:
        """Whether a word of the problem's name stands in the text."""
        return bool(self._names[problem.id] & stems(text))

    def score(self, problem: Problem, text: str) -> float:
        """How much of the text is in the problem's words; rare words count more."""
        told = stems(text)
        shared = told & self._words[problem.id]
        weights = (math.log(len(self._problems) / self._used[stem]) for stem in shared)
        named = len(told & self._names[problem.id])
        return sum(min(weight, MOST_WEIGHT) for weight in weights) + NAME_WEIGHT * named

    def best_other(self, problem: Problem, text: str) -> tuple[Problem, float]:
        """The other problem that the text says most of."""
        others = [other for other in self._problems if other is not problem]
        scored = [(self.score(other, text), other) for other in others]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, problem))
        return best, score


def _entry(problem: Problem) -> str:
    dated = (*problem.symptoms, *problem.triggers, *problem.words)
    return "\n".join((problem.name, problem.summary, *(item.text for item in dated)))


def _without_brackets(name: str) -> str:
    return re.sub(r"\(.*?\)", "", name)


def _tokens(name: str) -> set[str]:
    return {word for word in words(name.replace("_", " ")) if word not in ("a", "of", "and", "or")}
