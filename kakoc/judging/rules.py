"""Hard lines: deterministic rules of the spec, and contact data nobody checked. No model, no numpy.

The patterns are the spec's; `contacts.py` knows the shapes of phone numbers and addresses, and
`spec/resources.yaml` those that may be named. It does not know what a text means: a rule catches
constructions, and its examples in the spec (run by `kakoc check`) say how well. Words that crossed
an `exclude` rule are never kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Ir, Rule
from kakoc.judging.contacts import ContactBook
from kakoc.judging.literals import Sieve
from kakoc.judging.patterns import trouble
from kakoc.judging.text import fold
from kakoc.types import Role, Violation

Where = Callable[..., Span]
"""Place of a path in the spec: `where("safety.yaml", "rules", 3, "patterns", 0)`."""

WINDOW = 10_000
"""Longest text one pattern is searched in; longer ones are read in windows that overlap."""
OVERLAP = 500
EXCERPT = 120
REMEMBERED = 1024
"""Texts whose violations are kept at hand."""

CONTACT_RULE = "invented_contact"


class RuleBook:
    """The rules of a spec, compiled once. Holds no state, so it may be shared between threads."""

    def __init__(self, rules: Sequence[Rule], contacts: Iterable[str] = ()) -> None:
        self.rules = tuple(rules)
        self.contacts = ContactBook(contacts)
        """Those that somebody checked; any other in a text breaks a hard line."""
        self._sieve = Sieve([_compile(rule.patterns) for rule in rules])
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._check)

    @classmethod
    def of(cls, ir: Ir) -> RuleBook:
        """The rules of a spec with the contacts of its resources."""
        return cls(ir.rules, ir.resources.contacts)

    def check(self, text: str, role: Role) -> list[Violation]:
        """Every rule that `text` breaks when `role` says it: one violation a rule."""
        # A reply is checked when it is drawn, when it is judged and when it is kept.
        return list(self._remembered(text, role))

    def _check(self, text: str, role: Role) -> list[Violation]:
        folded = fold(text)
        windows = _windows(folded)
        broken = [
            _violation(rule.id, rule.kind, hit, text)
            for number, patterns in self._sieve.possible(folded)
            if role in (rule := self.rules[number]).applies_to
            and (hit := _first(patterns, windows))
        ]
        contact = self.contacts.unknown(text)
        return broken + ([_violation(CONTACT_RULE, "lose", contact, text)] if contact else [])

    def why(self, rule_id: str) -> str:
        """The sentence that explains a rule."""
        reasons = {rule.id: rule.why for rule in self.rules}
        return reasons.get(rule_id, "Contact data that no list of checked resources holds.")


def example_faults(ir: Ir, where: Where) -> list[Diagnostic]:
    """K410 for an example that its own rule gets wrong, K411 for a pattern that cannot be used."""
    faults: list[Diagnostic] = []
    for index, rule in enumerate(ir.rules):
        unusable = list(_pattern_faults(rule, index, where))
        faults += unusable or _wrong_examples(rule, index, where)
    return faults


def _wrong_examples(rule: Rule, index: int, where: Where) -> Iterator[Diagnostic]:
    patterns = _compile(rule.patterns)
    for kind, texts in (("caught", rule.examples.caught), ("passes", rule.examples.passes)):
        for number, text in enumerate(texts):
            if bool(_first(patterns, _windows(fold(text)))) != (kind == "caught"):
                place = where("safety.yaml", "rules", index, "examples", kind, number)
                yield _wrong_example(rule.id, kind, place)


def _wrong_example(rule_id: str, kind: str, place: Span) -> Diagnostic:
    if kind == "caught":
        message = f"no pattern of rule `{rule_id}` catches this example"
        help_ = "add or widen a pattern, or move the example to `passes`"
    else:
        message = f"rule `{rule_id}` catches an example that must pass"
        help_ = "narrow the pattern, or move the example to `caught`"
    return Diagnostic("K410", message, place, help=help_)


def _pattern_faults(rule: Rule, index: int, where: Where) -> Iterator[Diagnostic]:
    for number, pattern in enumerate(rule.patterns):
        if reason := trouble(pattern):
            place = where("safety.yaml", "rules", index, "patterns", number)
            message = f"a pattern of rule `{rule.id}` cannot be used: {reason}"
            yield Diagnostic("K411", message, place, help="write it as a Python regular expression")


def _compile(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    # Not joined into one: that would renumber the groups that a pattern refers back to.
    return tuple(re.compile(fold(pattern), re.IGNORECASE) for pattern in patterns)


def _windows(text: str) -> list[str]:
    last = max(1, len(text) - OVERLAP)
    return [text[start : start + WINDOW] for start in range(0, last, WINDOW - OVERLAP)]


def _first(patterns: Sequence[re.Pattern[str]], windows: Sequence[str]) -> str:
    hits = (pattern.search(window) for window in windows for pattern in patterns)
    return next((hit[0] for hit in hits if hit), "")


def _violation(rule: str, kind: str, hit: str, text: str) -> Violation:
    return Violation(
        rule=rule,
        kind="exclude" if kind == "exclude" else "lose",
        excerpt="" if kind == "exclude" else hit[:EXCERPT],
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
