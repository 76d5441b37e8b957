"""One look over a run before it is exported: splits, counts, what may not leave. Keeps no text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kakoc.store.export.guard import Guard, violations
from kakoc.types import Conversation, Pair, Variant


@dataclass(slots=True)
class Mean:
    """A mean that needs no list."""

    total: float = 0.0
    n: int = 0

    def add(self, value: float) -> None:
        self.total += value
        self.n += 1

    @property
    def value(self) -> float:
        return self.total / self.n if self.n else 0.0


@dataclass(slots=True)
class Survey:
    """What a run holds, in numbers."""

    talks: Counter[str] = field(default_factory=Counter)
    """Conversations by status."""
    turns: int = 0
    variants: Counter[str] = field(default_factory=Counter)
    crossed: Counter[str] = field(default_factory=Counter)
    """Variants that crossed a hard line, by rule."""
    languages: Counter[str] = field(default_factory=Counter)
    cities: set[str] = field(default_factory=set)
    models: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Role -> models that spoke it."""
    by_care: dict[float, dict[str, Mean]] = field(default_factory=dict)
    """Care level -> words, characters, reward and each judge's score."""
    judges: set[str] = field(default_factory=set)
    splits: dict[str, str] = field(default_factory=dict)
    """City -> split, as the pairs have it."""
    pairs: Counter[str] = field(default_factory=Counter)
    """Pairs by split."""

    def conversation(self, talk: Conversation) -> None:
        self.talks[talk.status] += 1
        self.turns += len(talk.turns)
        self.languages[talk.language] += 1
        self.cities.add(talk.city)
        for turn in talk.turns:
            self.models["seeker"].add(turn.model)
            for variant in turn.variants:
                self._variant(variant)

    def pair(self, pair: Pair) -> None:
        self.splits[pair.city] = pair.split
        self.pairs[pair.split] += 1

    def _variant(self, variant: Variant) -> None:
        self.variants[variant.status] += 1
        self.models["supporter"].add(variant.model)
        self.judges |= variant.verdicts.keys()
        self.crossed.update({violation.rule for violation in violations(variant)})
        if variant.status != "ok":
            return
        told = {"words": len(variant.text.split()), "characters": len(variant.text)}
        scores = {name: v.score for name, v in variant.verdicts.items() if v.score is not None}
        rewards = {} if variant.reward is None else {"reward": variant.reward}
        row = self.by_care.setdefault(variant.care, defaultdict(Mean))
        for name, value in {**told, **rewards, **scores}.items():
            row[name].add(value)


def survey(talks: Iterable[Conversation], pairs: Iterable[Pair], guard: Guard) -> Survey:
    """Count a run and tell the guard what it recorded."""
    seen = Survey()
    for talk in talks:
        guard.learn(talk)
        seen.conversation(talk)
    for pair in pairs:
        seen.pair(pair)
    return seen
