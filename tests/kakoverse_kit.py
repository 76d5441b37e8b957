"""Small data in the form of the KAKOverse prototype, written in either layout of its folder."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VALUES = (
    *("power", "achievement", "hedonism", "stimulation", "self_direction", "universalism"),
    *("benevolence", "tradition", "conformity", "security"),
)
HEXACO = (
    *("honesty_humility", "emotionality", "extraversion", "agreeableness", "conscientiousness"),
    "openness_to_experience",
)
CSI = (
    *("directness", "emotional_expressiveness", "self_disclosure_tendency"),
    *("openness_to_questions", "reflective_listening_tolerance", "rumination_tendency"),
    "conflict_avoidance",
)
LEVELS = (0.2, 0.5, 0.8)
MODEL = "hosted/model"
TURNS = 10
WORDS = (
    *("amber", "bridge", "candle", "desert", "ember", "ferry", "garden", "harbour", "island"),
    *("jacket", "kettle", "lantern", "meadow", "needle", "orchard", "pebble", "quarry", "ribbon"),
    *("saddle", "timber", "umbrella", "valley", "willow", "yard", "zebra", "anchor", "basket"),
)


def card(name: str, **fields: Any) -> dict[str, Any]:
    """A card without a fault: forty, from Oslo, with burnout."""
    made = {
        "agent": "Seeker",
        "id": name,
        "gender_at_birth": "female",
        "birth_context": place("1980s"),
        "formative_context": [
            place("1990s") | {"age_group_at_time": "pre-teen", "citizenship_status": "citizen"},
        ],
        "natural_tendencies": ["skiing_at_dusk", "mending_radios"],
        "schwartz_basic_values": dict.fromkeys(VALUES, 50),
        "hexaco": dict.fromkeys(HEXACO, 50),
        "csi": dict.fromkeys(CSI, 50),
        "current_socio_demographics": {
            "year": 2023,
            "age": 38,
            "current_location": "Oslo, Norway",
            "household": "lives_alone",
            "employment": "nurse",
            "financial_status": "stable",
            "social_network": "a_few_colleagues",
            "societal_perceptions": "seen as somebody who copes",
            "location_current": "Oslo, Norway",
        },
        "presenting_problem": {
            "summary": "burnout after two winters of double shifts",
            "symptoms": ["exhaustion", "burnout"],
            "duration_months": 7,
            "triggers": ["double_shifts"],
            "risk": {
                "self_harm_ideation": "denied",
                "substance_use": "denied",
                "violence": "denied",
            },
        },
        "category": "burnout",
        "meta": {"created_from": "cities.csv", "included_cities": [], "version": "0.2"},
    }
    return {**copy.deepcopy(made), **fields}


def place(decade: str) -> dict[str, Any]:
    told = f"{decade}: {words('place', decade)}"
    return {"decade": decade, "city": "Oslo", "country": "Norway", "metadata": told}


def talk(name: str, turns: int = TURNS, **fields: Any) -> dict[str, Any]:
    made = {
        "persona_id": name,
        "seeker_model": MODEL,
        "supporter_model": MODEL,
        "turns_recorded": turns,
        "desired_turns": turns,
        "crisis_context": {"age": 38, "summary": "Burnout at work.", "category": "burnout"},
        "turns": [turn(name, number) for number in range(1, turns + 1)],
    }
    return {**made, **fields}


def turn(name: str, number: int, **fields: Any) -> dict[str, Any]:
    made = {
        "turn_index": number,
        "seeker_message": words(name, number, "says"),
        "seeker_thought": words(name, number, "thinks"),
        "supporter_responses": [reply(name, number, care) for care in LEVELS],
        "canonical_care_level": LEVELS[number % len(LEVELS)],
    }
    return {**made, **fields}


def reply(name: str, number: int, care: float, **fields: Any) -> dict[str, Any]:
    made = {
        "style": "baseline",
        "care_level": care,
        "message": words(name, number, care),
        "thought": words(name, number, care, "thinks"),
    }
    return {**made, **fields}


def words(*parts: Any) -> str:
    """Eight words that follow from `parts`."""
    state = sum(ord(letter) * 31**place for place, letter in enumerate(repr(parts))) % (2**61 - 1)
    told = []
    for _ in range(8):
        state, place = divmod(state, len(WORDS))
        told.append(WORDS[place])
    return f"{' '.join(told)}."


@dataclass
class Checkout:
    """A folder of the prototype; a text instead of an object is written as it is."""

    personas: dict[str, Any] = field(default_factory=dict)
    conversations: dict[str, Any] = field(default_factory=dict)
    crisis_profiles: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path, below: str = "Artifacts") -> Path:
        """Write the files; an empty `below` leaves the folder between out."""
        root = folder / below
        self._write(root / "personas", self.personas)
        self._write(root / "conversations", self.conversations)
        if self.crisis_profiles:
            self._write(root / "crisis_profiles", self.crisis_profiles)
        return folder

    def _write(self, folder: Path, files: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True)
        for name, value in files.items():
            text = value if isinstance(value, str) else json.dumps(value)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")


def sound(count: int = 2) -> Checkout:
    names = [f"seeker_auto_{number:03}" for number in range(1, count + 1)]
    return Checkout({n: card(n) for n in names}, {n: talk(n) for n in names})
