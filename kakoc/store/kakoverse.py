"""Reads a checkout of the published KAKOverse prototype into our records. Knows its files only.

Nothing is lost silently: a card keeps every field it came with, what a conversation tells beyond
our records stands in its `context`, and what cannot be read is a failure with its reason. Whether
the data are any good is not asked here; `kakoc lint` says that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kakoc.store.kakoverse_talk import read_talk
from kakoc.types import Conversation, Failure, Persona

PERSONAS, CONVERSATIONS, CRISES = "personas", "conversations", "crisis_profiles"
ARTIFACTS = "Artifacts"
"""Folder of a whole checkout that holds the others; a sample may leave it out."""
MOST_RAW = 100_000
"""Characters that are kept of a file that cannot be read."""
LANGUAGE = "en"
"""The prototype speaks nothing else."""


@dataclass(frozen=True, slots=True)
class Names:
    """How the spec calls what the prototype writes in words; both are empty for what is unknown."""

    city: Callable[[str], str]
    """Id of the city of that name."""
    problem: Callable[[str], str]
    """Id of the problem of that category."""


@dataclass(slots=True)
class Imported:
    """What came of a checkout: every file is a record, a part of one, or a failure."""

    personas: list[Persona] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    files: int = 0
    sha256: str = ""
    """Of all files that were read, so that the same data are known again."""


def is_checkout(folder: Path) -> bool:
    """Whether a folder looks like the prototype's data."""
    root = _root(folder)
    return (root / PERSONAS).is_dir() and (root / CONVERSATIONS).is_dir()


def read_checkout(folder: Path, names: Names) -> Imported:
    """Everything in a checkout, in the order of the file names."""
    reader = _Reader(names)
    talks = reader.load(_root(folder) / CONVERSATIONS)
    crises = reader.load(_root(folder) / CRISES)
    for stem, card in reader.load(_root(folder) / PERSONAS).items():
        reader.persona(stem, card, crises.pop(stem, None), talks.get(stem))
    for stem, talk in talks.items():
        reader.conversation(stem, talk)
    for stem, crisis in crises.items():
        reader.lose(stem, "a crisis profile of nobody", json.dumps(crisis, ensure_ascii=False))
    reader.made.sha256 = reader.seen.hexdigest()
    return reader.made


class _Reader:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.made = Imported()
        self.cities: dict[str, str] = {}
        """City of each persona."""
        self.seen = hashlib.sha256()

    def load(self, folder: Path) -> dict[str, dict[str, Any]]:
        """The JSON object in each file, by the file's stem; others become failures."""
        found = {}
        for path in sorted(folder.glob("*.json")):
            data = path.read_bytes()
            self.made.files += 1
            self.seen.update(f"{folder.name}/{path.name}\0{len(data)}\0".encode() + data)
            try:
                value = _loads(data)
            except (ValueError, RecursionError) as error:
                self.lose(path.stem, f"{folder.name}/{path.name} is not JSON: {error}", data)
                continue
            if isinstance(value, dict):
                found[path.stem] = value
            else:
                self.lose(path.stem, f"{folder.name}/{path.name} holds no JSON object", data)
        return found

    def persona(
        self,
        stem: str,
        card: dict[str, Any],
        crisis: dict[str, Any] | None,
        talk: dict[str, Any] | None,
    ) -> None:
        id_ = str(card.get("id") or stem)
        if id_ in self.cities:
            return self.lose(stem, f"a second card with the id {id_}", json.dumps(card))
        whole = _normal(card)
        if crisis is not None:
            whole.setdefault("crisis_profile", crisis)
        if talk is not None and "crisis_context" in talk:
            whole.setdefault("crisis_context", talk["crisis_context"])
        place = _city(whole)
        self.cities[id_] = self.names.city(place) or place
        self.made.personas.append(
            Persona(
                id=id_,
                city=self.cities[id_],
                problem=self.names.problem(_category(whole)),
                language=LANGUAGE,
                card=whole,
                seed=0,
                attempts=1,
                model="",
                prompt="",
            )
        )

    def conversation(self, stem: str, talk: dict[str, Any]) -> None:
        id_ = str(talk.get("persona_id") or stem)
        read = read_talk(f"{stem}-c1", id_, self.cities.get(id_, ""), LANGUAGE, talk)
        self.made.conversations.append(read.conversation)
        self.made.failures += read.failures

    def lose(self, stem: str, reason: str, raw: bytes | str) -> None:
        text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
        self.made.failures.append(
            Failure(
                stage="import", persona=stem, status="failed", reason=reason, raw=text[:MOST_RAW]
            )
        )


def _root(folder: Path) -> Path:
    return folder / ARTIFACTS if (folder / ARTIFACTS).is_dir() else folder


def _loads(data: bytes) -> Any:
    """The JSON value, if it can be written again: no endless number, no half of a character."""
    value = json.loads(data)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


def _normal(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card with its present place, decade and language where ours has them; nothing goes."""
    whole = {**card, "language": card.get("language", LANGUAGE)}
    now = card.get("current_socio_demographics")
    if isinstance(now, dict):
        told = now.get("current_location", now.get("location_current", ""))
        year = now.get("year")
        more = {"decade": f"{year // 10 * 10}s"} if isinstance(year, int) else {}
        whole["current_socio_demographics"] = {
            **more,
            **now,
            "location_current": now.get("location_current", told),
            "current_location": _split(told),
        }
    return whole


def _split(told: Any) -> Any:
    """ "Hong Kong, China" as city and country; what is no text stays as it is."""
    if not isinstance(told, str):
        return told
    city, comma, country = told.rpartition(",")
    return {"city": (city if comma else told).strip(), "country": country.strip() if comma else ""}


def _city(card: Mapping[str, Any]) -> str:
    """The present city, as it is written; empty where there is none."""
    now = card.get("current_socio_demographics")
    place = now.get("current_location") if isinstance(now, dict) else None
    return str(place.get("city", "")) if isinstance(place, dict) else ""


def _category(card: Mapping[str, Any]) -> str:
    """What the person comes with, by the prototype's name."""
    crisis = card.get("crisis_context")
    named = card.get("category") or (crisis.get("category") if isinstance(crisis, dict) else "")
    return str(named or "")
