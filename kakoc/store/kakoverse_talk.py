"""One conversation of the KAKOverse prototype as our record. Knows the rows of its files.

The prototype tells no distress and no seeds. It writes a thought and a style beside each reply;
they stand in `context`, as does everything else that our record has no field for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from kakoc.types import Conversation, Failure, SeekerTurn, Turn, Variant

CANONICAL = "canonical_care_level"
"""Care level of the reply that the conversation goes on with."""
OF_TALK = frozenset({"persona_id", "turns", "seeker_model", "supporter_model"})
OF_TURN = frozenset(
    {"turn_index", "seeker_message", "seeker_thought", "supporter_responses", CANONICAL}
)
OF_REPLY = frozenset({"care_level", "message"})
"""What our records have fields for; all else goes to `context`."""


@dataclass(slots=True)
class Talk:
    """A conversation, and the rows of its file that are none."""

    conversation: Conversation
    failures: list[Failure] = field(default_factory=list)


def read_talk(id_: str, persona: str, city: str, language: str, raw: Mapping[str, Any]) -> Talk:
    """The conversation in one file."""
    reader = _TalkReader(persona, str(raw.get("supporter_model", "")))
    rows = raw.get("turns")
    if isinstance(rows, list):
        for number, row in enumerate(rows, start=1):
            reader.turn(number, row, str(raw.get("seeker_model", "")))
    if not reader.turns:
        reader.lose(None, None, "the conversation has no turn that can be read", rows)
    context = {name: value for name, value in raw.items() if name not in OF_TALK}
    conversation = Conversation(
        id=id_,
        persona=persona,
        city=city,
        language=language,
        status="ok" if reader.turns else "failed",
        ended=_ended(len(reader.turns), raw.get("desired_turns")),
        turns=tuple(_followed(reader.turns)),
        context={**context, "turns": reader.beside},
    )
    return Talk(conversation, reader.failures)


class _TalkReader:
    def __init__(self, persona: str, model: str) -> None:
        self.persona, self.model = persona, model
        self.turns: list[Turn] = []
        self.beside: list[dict[str, Any]] = []
        """For each turn: what stood beside the fields that our record has."""
        self.failures: list[Failure] = []

    def turn(self, number: int, row: Any, seeker_model: str) -> None:
        if not isinstance(row, dict) or not isinstance(row.get("seeker_message"), str):
            return self.lose(number, None, "a turn without a Seeker message", row)
        given = row.get("turn_index")
        index = given if isinstance(given, int) else number
        variants, kept = self._variants(index, row.get("supporter_responses"))
        cares = [variant.care for variant in variants]
        chosen = row.get(CANONICAL)
        self.turns.append(
            Turn(
                index=index,
                seeker=_seeker(row),
                disclosure=0.0,
                seed=0,
                attempts=1,
                model=seeker_model,
                prompt="",
                variants=variants,
                chosen=chosen if chosen in cares else None,
            )
        )
        unused = {CANONICAL: chosen in cares, "seeker_thought": _is_text(row.get("seeker_thought"))}
        used = OF_TURN - {name for name, fits in unused.items() if not fits}
        rest = {name: value for name, value in row.items() if name not in used}
        self.beside.append({"index": index, **rest, "replies": kept})

    def _variants(
        self, index: int, rows: Any
    ) -> tuple[tuple[Variant, ...], dict[str, dict[str, Any]]]:
        """The replies of a turn, and by care level what else is told of each."""
        variants: list[Variant] = []
        kept: dict[str, dict[str, Any]] = {}
        if not isinstance(rows, list):
            self.lose(index, None, "a turn without a list of replies", rows)
            return (), kept
        for row in rows:
            care = row.get("care_level") if isinstance(row, dict) else None
            if isinstance(care, bool) or not isinstance(care, (int, float)):
                self.lose(index, None, "a reply without a care level", row)
            elif not isinstance(row.get("message"), str):
                self.lose(index, float(care), "a reply without a message", row)
            elif any(variant.care == care for variant in variants):
                self.lose(index, float(care), "a second reply at this care level", row)
            else:
                variants.append(self._variant(float(care), row["message"]))
                kept[f"{care:g}"] = {n: v for n, v in row.items() if n not in OF_REPLY}
        return tuple(sorted(variants, key=lambda variant: variant.care)), kept

    def _variant(self, care: float, text: str) -> Variant:
        said = bool(text.strip())
        return Variant(
            care=care,
            status="ok" if said else "failed",
            text=text,
            reason="" if said else "empty",
            seed=0,
            attempts=1,
            model=self.model,
            prompt="",
        )

    def lose(self, turn: int | None, care: float | None, reason: str, raw: Any) -> None:
        self.failures.append(
            Failure(
                stage="import",
                persona=self.persona,
                turn=turn,
                care=care,
                status="failed",
                reason=reason,
                raw=json.dumps(raw, ensure_ascii=False),
            )
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _seeker(row: Mapping[str, Any]) -> SeekerTurn:
    thought = row.get("seeker_thought")
    return SeekerTurn(
        thought=thought if isinstance(thought, str) else "",
        message=row["seeker_message"],
        ready_to_close=False,
    )


def _followed(turns: list[Turn]) -> list[Turn]:
    """The turns with what the Seeker says next to the reply that went on."""
    following = (turn.seeker for turn in turns[1:])
    return [_heard(turn, after) for turn, after in zip_longest(turns, following)]


def _heard(turn: Turn, after: SeekerTurn | None) -> Turn:
    variants = tuple(
        v.model_copy(update={"next_seeker": after}) if v.care == turn.chosen else v
        for v in turn.variants
    )
    return turn.model_copy(update={"variants": variants})


def _ended(turns: int, desired: Any) -> str:
    if isinstance(desired, int) and turns < desired:
        return f"after {turns} of {desired} turns"
    return "turns"
