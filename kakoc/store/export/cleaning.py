"""Records as they may leave: what crossed a hard line is blank, and so are addresses of servers.

Knows the records and the guard; not which tables are made of them.
"""

from __future__ import annotations

import re
from typing import Any

from kakoc.store.export.guard import Guard, violations
from kakoc.types import Conversation, Pair, Persona, Role, SeekerTurn, Turn, Variant, Verdict

ADDRESS = re.compile(r"\b\w+://\S+")
"""A reason may quote the server that did not answer."""
MEASURED = "distress"
"""The part and the word by which a judge would tell how the Seeker feels inside."""


def clean_talk(talk: Conversation, guard: Guard, with_thoughts: bool) -> Conversation:
    """A conversation without texts that may not leave; its turns and variants stay countable."""
    turns = tuple(_turn(turn, guard, with_thoughts) for turn in talk.turns)
    context = clean_value(talk.context, guard, "supporter") if with_thoughts else {}
    told = {"turns": turns, "context": context, "ended": _words(talk.ended)}
    return talk.model_copy(update=told)


def clean_pair(pair: Pair, guard: Guard) -> Pair | None:
    """The pair, or None where one of its texts may not stand where it stands."""
    roles: dict[str, Role] = {"user": "seeker", "assistant": "supporter"}
    heard = ((m["content"], roles.get(m["role"])) for m in pair.prompt)
    if pair.chosen.violations or guard.kind(pair.chosen.text, "supporter"):
        return None
    if guard.exclude_rules & set(pair.rejected.violations):
        return None
    if guard.kind(pair.rejected.text, "supporter") == "exclude":
        return None
    return None if any(role and guard.kind(text, role) for text, role in heard) else pair


def clean_persona(persona: Persona, guard: Guard) -> Persona:
    return persona.model_copy(update={"card": clean_value(persona.card, guard, "persona")})


def clean_value(value: Any, guard: Guard, role: Role) -> Any:
    """Plain data without the texts in it that cross a line."""
    if isinstance(value, str):
        return "" if guard.kind(value, role) else value
    if isinstance(value, dict):
        return {name: clean_value(item, guard, role) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_value(item, guard, role) for item in value]
    return value


def _turn(turn: Turn, guard: Guard, with_thoughts: bool) -> Turn:
    variants = tuple(_variant(variant, guard, with_thoughts) for variant in turn.variants)
    return turn.model_copy(update={"seeker": _said(turn.seeker, guard), "variants": variants})


def _said(turn: SeekerTurn, guard: Guard) -> SeekerTurn:
    kept = {
        name: "" if guard.kind(text, "seeker") else text
        for name, text in (("thought", turn.thought), ("message", turn.message))
    }
    return turn.model_copy(update=kept)


def _variant(variant: Variant, guard: Guard, with_thoughts: bool) -> Variant:
    """An unsafe text stands in no conversation: as a rejected side it is in the pairs."""
    unsafe = bool(violations(variant)) or bool(guard.kind(variant.text, "supporter"))
    after = _said(variant.next_seeker, guard) if variant.next_seeker else None
    told: dict[str, Any] = {"reason": _words(variant.reason), "next_seeker": after}
    if unsafe:
        told |= {"text": "", "status": "rejected", "reason": variant.reason or "hard line"}
    told["verdicts"] = {
        name: _verdict(verdict, unsafe, with_thoughts) for name, verdict in variant.verdicts.items()
    }
    return variant.model_copy(update=told)


def _verdict(verdict: Verdict, unsafe: bool, with_thoughts: bool) -> Verdict:
    """Reasons may quote the reply, and some tell how the Seeker feels inside."""
    reasons = () if unsafe else verdict.reasons
    parts = verdict.parts
    if not with_thoughts:
        reasons = tuple(reason for reason in reasons if MEASURED not in reason.lower())
        parts = {name: value for name, value in parts.items() if name != MEASURED}
    return verdict.model_copy(update={"reasons": reasons, "parts": parts})


def _words(reason: str) -> str:
    return ADDRESS.sub("[address]", reason)
