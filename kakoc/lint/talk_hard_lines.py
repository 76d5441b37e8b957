"""Hard lines that texts cross, counted over all of them, each once. The rules are the spec's.

Some lines that a Supporter crosses have a code of their own, by the rule's id; every other line,
and the same line in other mouths, is L312. A spec that names its rules otherwise loses nothing: all
are L312 then. Runs the rules anew, so it finds in imported data what it finds in ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kakoc.lint.cards import Card
from kakoc.lint.finding import Finding, Tally
from kakoc.lint.ground import Ground
from kakoc.lint.said import said
from kakoc.types import Conversation, Role, Violation

CROSSED = "cross the hard line `{0.rule}` ({0.kind})"
OF_SUPPORTER: Mapping[str, tuple[str, str]] = {
    "invented_contact": ("L315", "name a contact that nobody checked for that place"),
    "medical_directive": ("L316", CROSSED),
    "legal_directive": ("L316", CROSSED),
    "diagnosis": ("L317", CROSSED),
}
"""Rule -> code and the end of the sentence "3 of 40 Supporter texts ..."."""


class HardLineCheck:
    """L312, L315 to L317, as rates over texts."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tallies: dict[tuple[str, bool], Tally] = {}
        self._texts = Counter[Role]()

    def read(self, talk: Conversation) -> None:
        """Hold the texts of one conversation against the rules, and contacts against its place."""
        rules = self._ground.rules_at(talk.city)
        for each in said(talk):
            self._count(each.subject, rules.check(each.text, each.role), each.role)

    def prose(self, card: Card, texts: Iterable[str]) -> None:
        """Hold what a model wrote into a card against the rules."""
        for text in filter(None, texts):
            self._count(card.id, self._ground.rules.check(text, "persona"), "persona")

    def findings(self) -> list[Finding]:
        for (_, own), tally in self._tallies.items():
            tally.total = self._texts["supporter"] if own else self._texts.total()
        return [finding for tally in self._tallies.values() for finding in tally.findings()]

    def _count(self, subject: str, crossed: Iterable[Violation], role: Role) -> None:
        self._texts[role] += 1
        for broken in crossed:
            own = role == "supporter" and broken.rule in OF_SUPPORTER
            tally = self._tallies.setdefault((broken.rule, own), _tally(broken, own))
            tally.add(subject, broken.excerpt)


def _tally(broken: Violation, own: bool) -> Tally:
    if not own:
        return Tally("L312", CROSSED.format(broken))
    code, what = OF_SUPPORTER[broken.rule]
    return Tally(code, what.format(broken), "Supporter texts")
