"""Whether what a person comes with is one problem, known, and possible at that age.

Our own cards copy the words of the spec's entry, so they are compared exactly. Imported cards use
words of their own; of those only clear cases are told, as warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kakoc.ir import Problem
from kakoc.lint.cards import Card, at
from kakoc.lint.finding import Finding, Severity, found
from kakoc.lint.ground import Ground

FAR = 5.0
"""Score of another problem that counts where the card has no word of its own: a word of that
problem's name and one more."""
VERY_FAR = 10.0
"""The same where the summary names the category: four rare words, which no chance brings."""
NEAR = 2.5
"""Score of the own problem from which a card is not doubted."""
DENIES = re.compile(
    r"^(?:no|none|not|n/?a|unknown|without|there is no|does not|has no)\b"
    r"|\bif (?:any|applicable|married|partnered|(?:\w+ ){1,2}exists?)\b",
    re.IGNORECASE,
)
"""What a model answers when the person cannot have the problem it was asked for."""


def problem(ground: Ground, card: Card) -> Iterator[Finding]:
    """L108, L109, L110, L114."""
    for summary in dict.fromkeys((card.summary, str(card.crisis.get("summary", "")))):
        if DENIES.search(summary.strip()):
            yield found("L114", card.id, f"{card.category or 'a problem'}: {summary!r}")
    own = ground.problems.named(card.problem_id or card.category)
    if own is None:
        if card.category:
            severity: Severity = "warning" if ground.imported else "error"
            yield found("L108", card.id, f"no problem of the spec is {card.category!r}", severity)
        return
    yield from _possible(card, own)
    yield from (
        _imported_words(ground, card, own) if ground.imported else _own_words(ground, card, own)
    )


def _possible(card: Card, own: Problem) -> Iterator[Finding]:
    youngest, oldest = own.ages
    if card.age is not None and not youngest <= card.age <= oldest:
        span = f"{youngest} to {oldest}"
        yield found("L110", card.id, f"{own.name} at {card.age}; its ages are {span}")
    if own.since is not None and card.year is not None and card.year < own.since:
        yield found("L110", card.id, f"{own.name} in {card.year}; it is known since {own.since}")


def _own_words(ground: Ground, card: Card, own: Problem) -> Iterator[Finding]:
    """Symptoms and triggers are sentences of the entry; prose is compared by its words."""
    if card.category and card.category != own.name:  # one that is not there is L101
        yield found("L109", card.id, f"the category is {card.category!r}, the problem {own.name!r}")
    entries = {"symptom": own.symptoms, "trigger": own.triggers}
    told = {"symptom": card.symptoms, "trigger": card.triggers}
    for kind, texts in told.items():
        for text in texts:
            if text not in {item.text for item in entries[kind]}:
                yield found("L109", card.id, f"{kind} {text!r} is none of {own.name}")
    prose = " ".join(at(card.raw, path) for path in ground.prose)
    other, score = ground.problems.best_other(own, prose)
    if score >= VERY_FAR and ground.problems.score(own, prose) < NEAR:
        yield found("L109", card.id, f"its prose speaks of {other.name}, not {own.name}", "warning")


def _imported_words(ground: Ground, card: Card, own: Problem) -> Iterator[Finding]:
    """Symptoms and triggers that say nothing of the category, and much of another problem."""
    told = " ".join((*card.symptoms, *card.triggers))
    if not told or ground.problems.score(own, told) >= NEAR:
        return
    named = ground.problems.names_it(own, f"{card.summary} {told}")
    other, score = ground.problems.best_other(own, told if named else f"{told} {card.summary}")
    if score >= (VERY_FAR if named else FAR):
        tags = ", ".join((*card.symptoms, *card.triggers))
        message = f"{own.name}, with words of {other.name}: {tags}"
        yield found("L109", card.id, message, "warning")
