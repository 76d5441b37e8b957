"""How a run goes: conversations, models, profiles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kakoc.ir.base import Language, Line, Node, Share, Slug, Words
from kakoc.types import Role


class Disclosure(Node):
    """How much the Seeker says: starts at a trait's score, moved by how it was answered."""

    trait: str = "csi.self_disclosure_tendency"
    judge: Slug = "empathy"
    gain: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Added per turn: gain x (score - 0.5)."""
    levels: tuple[Line, ...] = Field(min_length=1)
    """From guarded to open; the state picks one."""


class PairPolicy(Node):
    tie_margin: Annotated[float, Field(ge=0, le=1)] = 0.02
    """Smaller differences of reward are ties."""
    dev: Share = 0.1
    test: Share = 0.1
    """Shares of the cities whose pairs are kept for choosing and for measuring."""
    confounded_above: Share = 0.7
    """Share of pairs that length alone, or care level alone, may predict."""
    on_confounded: Literal["refuse", "warn"] = "refuse"
    """What `kakoc pairs` and `kakoc export` do above it."""


class ConversationSpec(Node):
    opening: Line
    """What the Seeker is asked at its first turn (the others: `roles/seeker.yaml`, `turn`)."""
    topics: tuple[Line, ...] = ()
    """`{topic}` of the Seeker's turns, one after another and round again, so that a conversation
    moves on; a line that names a list of the card is one topic for each of its items."""
    redraws: Annotated[int, Field(ge=0, le=20)] = 4
    """How often a guarded reply is drawn again."""
    echo_overlap: Share = 0.6
    """Share of 4-grams taken from the last message at which a reply is an echo."""
    disclosure: Disclosure
    pairs: PairPolicy = PairPolicy()
    spares: Annotated[int, Field(ge=0, le=20)] = 2
    """Rows of the same city that may stand in for one whose prose was refused."""


class Price(Node):
    """What a million tokens cost, in whatever currency all prices of the file are in."""

    prompt: Annotated[float, Field(ge=0)]
    completion: Annotated[float, Field(ge=0)]


class ModelSpec(Node):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]*$")]
    engine: Literal["embedded", "http", "litellm"]
    model: Words
    """embedded: a name of `kakoc models` or a GGUF path; otherwise the provider's name of it."""
    api_base: str | None = None
    api_key_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    """Environment variable that holds the key; the key itself never stands in a spec."""
    slots: Annotated[int, Field(ge=1, le=64)] = 4
    """embedded: prompt slots; conversations run at once = slots // 2."""
    context: Annotated[int, Field(ge=512)] = 4096
    """embedded: tokens a slot can hold."""
    threads: Annotated[int, Field(ge=1)] | None = None
    """embedded: compute threads; default max(1, cores - 1)."""
    deterministic: bool = False
    """embedded: one slot, no prefix reuse: the same seed gives the same text, about 3.5x slower."""
    sampler: dict[str, float] = Field(default_factory=dict)
    """Sampling parameters that this server knows beyond the standard, sent with every request."""
    languages: tuple[Language, ...] = ()
    """What it can hold a conversation in; empty: any. With `language: native` a person whose
    language a role's model lacks speaks English."""
    concurrency: Annotated[int, Field(ge=1, le=4096)] = 256
    """http, litellm: requests in flight at most."""
    timeout: Annotated[float, Field(gt=0)] = 120.0
    """http, litellm: seconds for a whole request."""
    connect_timeout: Annotated[float, Field(gt=0)] = 10.0
    """http: seconds until the server takes the connection."""
    first_byte_timeout: Annotated[float, Field(gt=0)] | None = None
    """http: seconds without any byte of the reply, the first one included; default: as long as the
    whole request. A server sends none before it has the whole reply."""
    price: Price | None = None
    """Per million tokens, for `kakoc preview`; part of no fingerprint, so that a new price makes
    nothing anew."""


class Models(Node):
    models: tuple[ModelSpec, ...] = Field(min_length=1)
    roles: dict[Role, str]
    """Which model plays which role."""
    embedder: str = "minilm"


class Profile(Node):
    name: Slug
    personas: Annotated[int, Field(ge=1)]
    turns: Annotated[int, Field(ge=1, le=40)]
    min_turns: Annotated[int, Field(ge=1, le=40)]
    """A conversation that ends before this many turns has failed."""
    exact_turns: bool = False
    """True: `ready_to_close` does not end a conversation early."""
    lookahead: bool = False
    """The Seeker answers every variant, not only the chosen one."""
    best_of: Annotated[int, Field(ge=1, le=16)] = 1
    continuation: Literal["best", "sampled"] | Share = "best"
    """Which variant goes on: best by the judges, sampled, or always one care level."""
    guards: bool = True
    """Draw again what a guard refuses; False lets a stub server stand in for a model."""
    judges: bool = True
    """Judge every variant; False leaves that to `kakoc judge --run`, and so needs a `continuation`
    that asks no judge."""
    failure_threshold: Share = 0.5
    """Share of failed and rejected conversations at which a run exits 1."""
