"""Records that cross layers: what a run reads and writes. Knows no model, no store, no prompt.

Every record is a frozen pydantic model, so the same class checks what is read and shapes what is
written. `RECORDS_VERSION` changes when a stored field changes meaning.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

RECORDS_VERSION = 1

Role = Literal["persona", "seeker", "supporter"]
Status = Literal["ok", "failed", "rejected"]


class Record(BaseModel):
    """Base of everything stored: frozen, closed, its fields documented by docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(Record):
    """One line of a conversation as both sides could hear it."""

    role: Literal["seeker", "supporter"]
    content: str


class Usage(Record):
    """Tokens of one or more calls."""

    prompt: int = 0
    cached: int = 0
    """Prompt tokens that the server had already processed (part of `prompt`)."""
    completion: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt=self.prompt + other.prompt,
            cached=self.cached + other.cached,
            completion=self.completion + other.completion,
        )


class Violation(Record):
    """A hard line that a text crossed."""

    rule: str
    """Id of the rule in `spec/safety.yaml`."""
    kind: Literal["exclude", "lose"]
    """`exclude`: the text is stored nowhere; `lose`: it may only be a rejected side."""
    excerpt: str = ""
    """The words that crossed it; empty for `exclude`."""
    text_sha256: str = ""
    """Hash of the whole text, so that an excluded text can still be counted and told apart."""


class Verdict(Record):
    """What one judge says of one reply. `score` is None when the judge gave no verdict."""

    judge: str
    score: float | None = Field(default=None, ge=0, le=1)
    parts: dict[str, float] = {}
    """Named components, each in [0, 1]."""
    reasons: tuple[str, ...] = ()
    """Plain sentences, most important first; optimizers read them."""
    violations: tuple[Violation, ...] = ()


class PersonaRow(Record):
    """One sampled person: every number and category, no prose yet."""

    index: int
    """Row of the plan, from 0; the row depends on the plan seed and this index only."""
    id: str
    """`seeker_001` for index 0."""
    city: str
    """Id of the present city."""
    problem: str
    language: str
    card: dict[str, Any]
    """The persona card of `spec/personas.schema.json` without the fields a model writes."""


class Persona(Record):
    """A sampled person with prose, ready to speak."""

    id: str
    city: str
    problem: str
    language: str
    card: dict[str, Any]
    seed: int
    attempts: int
    model: str
    prompt: str


class SeekerTurn(Record):
    """What the Seeker thinks (private), says, and how it feels."""

    thought: str
    message: str
    distress: int | None = Field(default=None, ge=0, le=10)
    """From calm to overwhelmed; None where imported data do not tell."""
    ready_to_close: bool


class Variant(Record):
    """One Supporter reply at one care level, or the reason why there is none."""

    care: float
    status: Status
    text: str = ""
    reason: str = ""
    """Why it was rejected or failed."""
    seed: int
    attempts: int
    """Draws it took, 1 or more."""
    model: str
    prompt: str
    """Fingerprint of the compiled prompt it came from."""
    verdicts: dict[str, Verdict] = {}
    reward: float | None = None
    violations: tuple[Violation, ...] = ()
    next_seeker: SeekerTurn | None = None
    """What the Seeker really says next to *this* reply (look-ahead, or the chosen one)."""


class Turn(Record):
    """One Seeker message and its Supporter variants."""

    index: int
    seeker: SeekerTurn
    disclosure: float
    """How much the Seeker is willing to say at this turn, in [0, 1]."""
    seed: int
    attempts: int
    model: str
    prompt: str
    variants: tuple[Variant, ...]
    chosen: float | None = None
    """Care level of the variant that the conversation goes on with."""

    @property
    def chosen_variant(self) -> Variant | None:
        """The variant that the conversation goes on with."""
        return next((variant for variant in self.variants if variant.care == self.chosen), None)


class Conversation(Record):
    """One whole conversation with every variant."""

    id: str
    persona: str
    city: str
    language: str
    status: Status
    ended: str
    """Why it ended: `turns`, `ready_to_close`, or what stopped it early."""
    turns: tuple[Turn, ...]
    context: dict[str, Any] = {}
    """What imported data told beyond these fields; empty in a run of our own."""


class Side(Record):
    """One side of a pair."""

    care: float
    text: str
    reward: float
    scores: dict[str, float]
    violations: tuple[str, ...] = ()


class Pair(Record):
    """One head-to-head of two variants of a turn that has a winner."""

    id: str
    persona: str
    city: str
    turn: int
    language: str
    prompt: tuple[dict[str, str], ...]
    """Chat messages both sides answer (TRL's conversational preference format)."""
    chosen: Side
    rejected: Side
    margin: float
    judges: tuple[str, ...]
    """The judges that scored both sides."""
    split: Literal["train", "dev", "test"] = "train"
    """By city, so that nobody of a city is on both sides of a measurement."""
    first: Literal["chosen", "rejected"] = "chosen"
    """Which side stands first where both are shown; each does in half of the pairs."""


class Failure(Record):
    """Something planned that did not come to be, with its reason. Never a lost row."""

    stage: str
    persona: str
    turn: int | None = None
    care: float | None = None
    status: Literal["failed", "rejected"]
    reason: str
    raw: str = ""
    """The last raw reply; empty when a rule of class `exclude` forbids to keep it."""
    replaced_by: str = ""
    """Id of the row of the same city that took the place of a refused persona."""


class JudgeItem(Record):
    """What a judge may see: never the persona, never a private thought."""

    context: tuple[Message, ...]
    """The conversation up to and including the Seeker message that is answered."""
    reply: str
    care: float | None = None
    sentences: tuple[int, int] | None = None
    """The care level's sentence band."""
    next_seeker: str | None = None
    distress_before: int | None = None
    distress_after: int | None = None
    language: str = "en"


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8. Refuses what JSON has no word for."""
    return _CANONICAL.encode(value).encode()


def digest(value: Any, length: int = 12) -> str:
    """The first `length` hex digits of the SHA-256 of the canonical JSON of `value`."""
    return hashlib.sha256(canonical(value)).hexdigest()[:length]


def derive_seed(*parts: str | int | float) -> int:
    """A 31-bit seed that depends on all parts and nothing else (no clock, no process state)."""
    return int.from_bytes(hashlib.blake2b(canonical(parts), digest_size=4).digest(), "big") >> 1
