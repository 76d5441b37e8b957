"""What kakoc needs from the outside, as Protocols; implementations are handed in by `kakoc.app`.

Also the *call site*: who is asking, carried by a context variable so that it reaches the engine
through DSPy (asyncio tasks and `to_thread` copy it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from kakoc.types import JudgeItem, Usage, Verdict

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class CallSite:
    """The place in a run that a model call belongs to."""

    role: str
    persona: str = ""
    turn: int = 0
    variant: str = ""

    @property
    def lane(self) -> str:
        """Calls of one lane share a prompt prefix, so an engine may keep them in one slot."""
        return f"{self.persona}/{self.role}"


NOWHERE = CallSite(role="other")
CALL_SITE: ContextVar[CallSite] = ContextVar("kakoc_call_site", default=NOWHERE)


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """Identity with content hash, e.g. `minilm@53aa5117`."""
        ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Float32 array of shape (len(texts), dimensions), rows of length 1."""
        ...


@runtime_checkable
class PartEmbedder(Embedder, Protocol):
    """An embedder that gives the sentences of a text in the same pass as the text."""

    def embed_parts(self, texts: Sequence[str], parts: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """For each text float32 rows of length 1: the text itself, then each of its parts.

        Args:
            parts: of each text, pieces that stand in it in this order.
        """
        ...


@runtime_checkable
class Judge(Protocol):
    """Scores replies. A list of verdicts as long as the list of items, in its order."""

    @property
    def name(self) -> str: ...

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]: ...


class Memo(Protocol):
    """Numbers that steered a run, kept so that resume and replay never compute them anew."""

    def recall(self, key: str) -> Any | None: ...

    def remember(self, key: str, value: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric; a metric that grows has one for each step."""

    name: str
    value: float
    step: int = 0
    time: float | None = None
    """Seconds since 1970; None: when the stage ended."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Something that a stage read."""

    name: str
    digest: str
    source: str
    """Where it lies, as seen from the project."""
    context: str
    """What it was read for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of a trace."""

    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    at: float
    """Seconds since 1970 at which it was over."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One conversation, as far as it may be shown."""

    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    begun: float
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A stage that is over, as a tracker keeps it."""

    key: str
    """What it is; the same stage is written once, however often it is told."""
    name: str
    params: Mapping[str, str]
    points: Sequence[Point]
    tags: Mapping[str, str]
    begun: float
    ended: float
    inputs: Sequence[DataSet] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Path below the run -> content; those below `tables/` are tables."""
    children: Sequence[Tracked] = ()
    traces: Sequence[Trace] = ()


@dataclass(frozen=True, slots=True)
class PromptText:
    """The prompt of a role, as a registry of prompts keeps it."""

    messages: Sequence[Mapping[str, str]]
    digest: str
    origin: str
    """Key of the stage that found it."""


class Tracker(Protocol):
    """Where stages are compared (MLflow)."""

    def find(self, key: str) -> str | None:
        """The tracker's id of a stage that was written before."""
        ...

    def write(self, stage: Tracked, parent: str | None = None) -> str:
        """Write one stage; returns the tracker's id of it. Idempotent by `key`.

        Args:
            parent: the tracker's id of the stage that this one goes on from.
        """
        ...

    def champion(self, name: str, prompt: PromptText | None) -> None:
        """Make `prompt` the one that is used under that name; None: none is."""
        ...


Notify = Callable[[str, Mapping[str, Any]], None]
"""Receives events of a stage: a name (`turn`, `conversation`, ...) and its plain values."""

Progress = Callable[[str], None]
"""Is told what is being done, in a few words."""


class Gate(Protocol):
    """Stands before an endpoint and lets so many calls through at once; read from any thread."""

    @property
    def in_flight(self) -> int: ...

    @property
    def limit(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a run has to do with its models: counts so far, and what is under way at a moment."""

    calls: int = 0
    hits: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    """None: no price is known."""
    endpoints: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By model: calls in flight, and the most at once."""


@dataclass(slots=True)
class Meter:
    """Counts what one run used. `hits` were answered by the journal, free of charge.

    Every field is a sum, so that the meters of several workers can be added up.
    """

    calls: int = 0
    hits: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float = 0.0
    """Of the calls whose price is known, in the currency of the prices."""
    unpriced: int = 0
    """Calls whose price nobody knows."""
    untold: int = 0
    """The most tokens that calls can have used whose server told none."""

    @property
    def bill(self) -> float | None:
        """The cost of all calls; None: one of them has no price."""
        return None if self.unpriced else self.cost

    def goes_through(self, model: str, gate: Gate) -> None:
        """Calls of `model` go through `gate`; nothing to count."""


@dataclass(slots=True)
class WatchedMeter(Meter):
    """A meter that somebody looks at during the run."""

    gates: list[tuple[str, Gate]] = field(default_factory=list)

    def goes_through(self, model: str, gate: Gate) -> None:
        # Roles that share a model may share its gate too.
        if not any(known is gate for _, known in self.gates):
            self.gates.append((model, gate))

    def traffic(self) -> Traffic:
        """A look at this moment, from any thread."""
        endpoints: dict[str, tuple[int, int]] = {}
        for model, gate in [*self.gates]:
            flying, limit = endpoints.get(model, (0, 0))
            endpoints[model] = (flying + gate.in_flight, limit + gate.limit)
        cost = self.bill if self.calls else None
        return Traffic(self.calls, self.hits, self.usage, cost, endpoints)
