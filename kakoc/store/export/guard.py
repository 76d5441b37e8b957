"""What may leave: the last gate before a text is exported. Knows hard lines by kind, not by rule.

A text of kind `exclude` is exported nowhere, one of kind `lose` as a rejected side only. Both what
the run recorded and the rules that are handed in count: imported texts were never drawn past them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

from kakoc.types import Conversation, Role, Variant, Violation

Kind = Literal["exclude", "lose"]
Check = Callable[[str, Role], Kind | None]
"""The worst kind of hard line that a text crosses when a role says it."""
KEPT = 1 << 14
"""Texts whose verdict is remembered; the prompts of neighbouring pairs repeat the same ones."""


def crosses_nothing(text: str, role: Role) -> Kind | None:
    """A check for where there are no rules."""
    return None


class Guard:
    """Says of a text whether, and as what, it may be exported."""

    def __init__(self, check: Check = crosses_nothing) -> None:
        self._check = lru_cache(maxsize=KEPT)(check)
        self._recorded: dict[bytes, Kind] = {}
        self.exclude_rules: set[str] = set()

    def learn(self, talk: Conversation) -> None:
        """Note which texts of a conversation crossed a line when they were made or judged."""
        for turn in talk.turns:
            for variant in turn.variants:
                found = violations(variant)
                self.exclude_rules |= {v.rule for v in found if v.kind == "exclude"}
                if (kind := worst(v.kind for v in found)) and variant.text:
                    self._recorded[_key(variant.text)] = kind

    def kind(self, text: str, role: Role) -> Kind | None:
        """The worst line that `text` crosses; None for what anybody may read."""
        recorded = self._recorded.get(_key(text)) if self._recorded else None
        return worst(kind for kind in (recorded, self._check(text, role)) if kind)


def violations(variant: Variant) -> tuple[Violation, ...]:
    """Of a variant and of what its judges found."""
    told = (fault for verdict in variant.verdicts.values() for fault in verdict.violations)
    return (*variant.violations, *told)


def worst(kinds: Iterable[Kind]) -> Kind | None:
    found = set(kinds)
    return "exclude" if "exclude" in found else "lose" if found else None


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
