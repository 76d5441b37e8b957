"""A run as an export reads it: one record at a time, each through the guard. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kakoc.store.export.cleaning import clean_pair, clean_persona, clean_talk
from kakoc.store.export.guard import Guard
from kakoc.store.export.survey import Survey, survey
from kakoc.store.runs import RunFolder
from kakoc.types import Conversation, Pair, Persona

DEFAULT_SPLIT = "train"
UNSAFE = "a text crossed a hard line"


@dataclass(slots=True)
class Source:
    """What the tables are made of."""

    run: RunFolder
    guard: Guard
    survey: Survey
    canary: str
    system: dict[str, str]
    """Persona -> what its Supporter was told before anything was said."""
    with_thoughts: bool = False
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many rows of a table were left out, by table and reason."""

    def split(self, city: str) -> str:
        """The split of a city as the pairs have it."""
        return self.survey.splits.get(city, DEFAULT_SPLIT)

    def reasons(self, table: str) -> dict[str, int]:
        """Why rows of a table were left out, and how many."""
        return {why: n for (name, why), n in sorted(self.left_out.items()) if name == table}

    def talks(self) -> Iterator[Conversation]:
        for talk in self.run.read("conversations"):
            yield clean_talk(talk, self.guard, self.with_thoughts)

    def personas(self) -> Iterator[Persona]:
        for persona in self.run.read("personas"):
            yield clean_persona(persona, self.guard)

    def pairs(self, table: str) -> Iterator[Pair]:
        for pair in self.run.read("pairs") if has_pairs(self.run) else ():
            clean = clean_pair(pair, self.guard)
            if clean is None:
                self.left_out[table, UNSAFE] += 1
            else:
                yield clean


def open_source(
    run: RunFolder,
    guard: Guard,
    canary: str,
    system: Callable[[Persona], str] | None = None,
    with_thoughts: bool = False,
) -> Source:
    """Look over a run once.

    Args:
        system: the Supporter's instructions for a persona; none: nothing is told before it speaks.

    Raises:
        StoreError: the run cannot be read.
    """
    pairs = run.read("pairs") if has_pairs(run) else iter(())
    seen = survey(run.read("conversations"), pairs, guard)
    told, same = {}, dict[str, str]()
    for persona in run.read("personas") if system else ():
        text = system(persona) if system else ""
        told[persona.id] = same.setdefault(text, text)  # few texts for many people
    return Source(run, guard, seen, canary, told, with_thoughts)


def has_pairs(run: RunFolder) -> bool:
    return (run.path / "pairs.jsonl").exists()
