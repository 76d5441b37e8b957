"""All checks over one set of data: cards first, then conversations one by one. Reads no file.

Conversations are read once and not kept; what is counted over all of them is counted on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kakoc.lint.card_circumstances import circumstances
from kakoc.lint.card_places import places
from kakoc.lint.card_problem import problem
from kakoc.lint.card_prose import prose
from kakoc.lint.card_shape import shape as card_shape
from kakoc.lint.card_years import years
from kakoc.lint.cards import Card, at, read_card
from kakoc.lint.coverage import coverage
from kakoc.lint.finding import CORPUS, SEVERITIES, Finding, found
from kakoc.lint.ground import Ground
from kakoc.lint.lengths import LengthCheck
from kakoc.lint.policy import PolicyCheck
from kakoc.lint.same_texts import SameCheck
from kakoc.lint.spread import spread
from kakoc.lint.talk_hard_lines import HardLineCheck
from kakoc.lint.talk_leaks import LeakCheck
from kakoc.lint.talk_repeats import RepeatCheck
from kakoc.lint.talk_shape import shape as talk_shape
from kakoc.lint.talk_text import TextChecks
from kakoc.lint.templates import templates
from kakoc.lint.variety import VarietyCheck
from kakoc.types import Conversation, Persona

CardCheck = Callable[[Ground, Card], Iterator[Finding]]
OF_ALL: tuple[CardCheck, ...] = (card_shape, years, places, problem)
OF_OWN: tuple[CardCheck, ...] = (circumstances, prose)
"""Checks that need the spec's own words in a card of the right shape."""


@dataclass(slots=True)
class Linted:
    """What was found, in how much data."""

    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)
    """Numbers that are worth knowing where nothing is wrong, too."""

    @property
    def counts(self) -> dict[str, int]:
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in SEVERITIES}

    def as_json(self) -> dict[str, Any]:
        return {
            "findings": [finding.as_json() for finding in self.findings],
            "counts": self.counts,
            "checked": self.checked,
            "measures": self.measures,
        }


def lint(
    ground: Ground, personas: Iterable[Persona], conversations: Iterable[Conversation]
) -> Linted:
    """Every finding of the data, in the order of codes."""
    linter = _Linter(ground)
    for persona in personas:
        linter.persona(persona)
    for talk in conversations:
        linter.conversation(talk)
    return linter.result()


class _Linter:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.cards: dict[str, Card] = {}
        self.findings: list[Finding] = []
        self.spoke: set[str] = set()
        self.counted = Counter[str]()
        self.texts, self.leaks, self.repeats = TextChecks(ground), LeakCheck(), RepeatCheck()
        self.lines = HardLineCheck(ground)
        self.lengths, self.policy = LengthCheck(), PolicyCheck(ground)
        self.variety, self.same = VarietyCheck(), SameCheck()

    def persona(self, persona: Persona) -> None:
        card = read_card(persona)
        self.counted["personas"] += 1
        if card.id in self.cards:
            self.findings.append(found("L115", card.id, "there is another persona with this id"))
        self.cards[card.id] = card
        known = [finding for check in OF_ALL for finding in check(self.ground, card)]
        sound = not any(finding.code == "L101" for finding in known)
        if sound and not self.ground.imported:
            known += [finding for check in OF_OWN for finding in check(self.ground, card)]
        self.findings += known
        self.lines.prose(card, [*self._prose(card), str(card.crisis.get("summary", ""))])

    def conversation(self, talk: Conversation) -> None:
        card = self.cards.get(talk.persona)
        self.spoke.add(talk.persona)
        self.counted["conversations"] += 1
        self.counted["turns"] += len(talk.turns)
        self.findings += talk_shape(self.ground, talk, card)
        self.texts.read(talk, card)
        self.lines.read(talk)
        self.leaks.read(talk, card)
        for check in (self.repeats, self.lengths, self.policy, self.variety, self.same):
            check.read(talk)

    def result(self) -> Linted:
        cards = list(self.cards.values())
        for check in (coverage, spread, templates):
            self.findings += check(self.ground, cards)
        for counted in (self.texts, self.lines, self.leaks, self.repeats):
            self.findings += counted.findings()
        for counted_all in (self.lengths, self.policy, self.variety, self.same):
            self.findings += counted_all.findings()
        self.findings += self._silent()
        self.findings.sort(key=lambda finding: finding.code)
        checked = {name: self.counted[name] for name in ("personas", "conversations", "turns")}
        measured = (self.lengths.measures(), self.policy.measures(), self.variety.measures())
        return Linted(self.findings, checked, {n: v for part in measured for n, v in part.items()})

    def _silent(self) -> Iterator[Finding]:
        silent = [id_ for id_ in self.cards if id_ not in self.spoke]
        if silent:
            count = f"{len(silent)} of {len(self.cards)} personas"
            yield found("L407", CORPUS, f"{count} have none: {', '.join(silent[:3])}", "warning")

    def _prose(self, card: Card) -> list[str]:
        return [text for path in self.ground.prose if (text := at(card.raw, path))]
