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


class Tracker(Protocol):
    """Where runs are compared (MLflow)."""

    def log_run(
        self,
        name: str,
        params: Mapping[str, str],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        artifacts: Sequence[str],
    ) -> str:
        """Write one finished run; returns the tracker's id for it. Idempotent by `name`."""
        ...


Notify = Callable[[str, Mapping[str, Any]], None]
"""Receives events of a stage: a name (`turn`, `conversation`, ...) and its plain values."""

Progress = Callable[[str], None]
"""Is told what is being done, in a few words."""


@dataclass(slots=True)
class Meter:
    """Counts calls and tokens of one run. `hits` were answered by the journal, free of charge."""

    calls: int = 0
    hits: int = 0
    usage: Usage = field(default_factory=Usage)
