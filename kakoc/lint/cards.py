"""A persona card as checks read it, ours or the prototype's. Knows both shapes, judges neither.

Cards come from anywhere, so every field may be missing or of another kind; what cannot be read is
None or empty here, and the check of the card's shape says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.types import Persona

DECADE = re.compile(r"^(\d{3}0)s$")
NOW = "current_socio_demographics"
PROBLEM = "presenting_problem"


@dataclass(frozen=True, slots=True)
class Place:
    """A city and country as they are written, and the first year of the decade."""

    city: str = ""
    country: str = ""
    decade: int | None = None


@dataclass(frozen=True, slots=True)
class StageView:
    """A life stage as it is written."""

    place: Place
    age_group: str


@dataclass(frozen=True, slots=True)
class Card:
    """What checks ask of a card."""

    id: str
    raw: Mapping[str, Any]
    problem_id: str
    gender: str
    birth: Place
    birth_year: int | None
    """The prototype tells only the decade."""
    stages: tuple[StageView, ...]
    year: int | None
    age: int | None
    now: Place
    category: str
    summary: str
    symptoms: tuple[str, ...]
    triggers: tuple[str, ...]
    months: int | None
    risk: str
    crisis: Mapping[str, Any]
    """Age, summary and category that a conversation of the prototype was held with."""

    @property
    def born(self) -> tuple[int, int] | None:
        """First and last year in which the person can be born, by the card's words of birth."""
        if self.birth_year is not None:
            return self.birth_year, self.birth_year
        start = self.birth.decade
        return (start, start + 9) if start is not None else None


def read_card(persona: Persona) -> Card:
    """The card of a persona, as far as it can be read."""
    raw = persona.card
    now, problem, birth = (_dict(raw.get(name)) for name in (NOW, PROBLEM, "birth_context"))
    crisis = _dict(raw.get("crisis_context"))
    stages = [_dict(stage) for stage in _list(raw.get("formative_context"))]
    return Card(
        id=persona.id,
        raw=raw,
        problem_id=persona.problem,
        gender=_text(raw.get("gender_at_birth")),
        birth=_place(birth),
        birth_year=_int(birth.get("year")),
        stages=tuple(StageView(_place(s), _text(s.get("age_group_at_time"))) for s in stages),
        year=_int(now.get("year")),
        age=_int(now.get("age")),
        now=_place({**_dict(now.get("current_location")), "decade": now.get("decade")}),
        category=_text(problem.get("category") or raw.get("category") or crisis.get("category")),
        summary=_text(problem.get("summary")),
        symptoms=_texts(problem.get("symptoms")),
        triggers=_texts(problem.get("triggers")),
        months=_int(problem.get("duration_months")),
        risk=_text(_dict(problem.get("risk")).get("self_harm_ideation")),
        crisis=crisis,
    )


def score(card: Card, family: str, trait: str) -> float | None:
    """One score of the card."""
    value = _dict(card.raw.get(family)).get(trait)
    return float(value) if isinstance(value, (int, float)) else None


def present(card: Card) -> Mapping[str, Any]:
    """What the card says of its present."""
    return _dict(card.raw.get(NOW))


def place_texts(card: Card) -> list[tuple[str, Place]]:
    """What the card says of its places, each with the place where that is known."""
    birth, told = _dict(card.raw.get("birth_context")), _dict(card.raw.get("background"))
    stages = [_dict(stage) for stage in _list(card.raw.get("formative_context"))]
    texts = [
        (_text(told.get("place_now")), card.now),
        (_text(birth.get("metadata")), card.birth),
        *((_text(stage.get("metadata")), _place(stage)) for stage in stages),
        *((text, Place()) for text in _texts(told.get("places_then"))),
    ]
    return [(text, place) for text, place in texts if text]


def sources(card: Card) -> tuple[str, ...]:
    """The entries of the spec that the card says it was made of."""
    return _texts(_dict(card.raw.get("meta")).get("created_from"))


def at(raw: Mapping[str, Any], path: Sequence[str]) -> str:
    """The text at a path of the card, or the empty text."""
    value: Any = raw
    for name in path:
        value = _dict(value).get(name)
    return _text(value)


def _place(raw: Mapping[str, Any]) -> Place:
    match = DECADE.match(_text(raw.get("decade")))
    decade = int(match[1]) if match else None
    return Place(_text(raw.get("city")), _text(raw.get("country")), decade)


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in _list(value) if isinstance(item, str))


def _int(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
