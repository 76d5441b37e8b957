"""From specs, heads and user classes to judges that can be asked. Imports no user code itself.

`load` resolves `modules.judges:Empathy` to a class; who calls decides where from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from kakoc.errors import JudgeError, boundary
from kakoc.ir import Ir, JudgeSpec, fingerprint
from kakoc.judging.base import Complete, JudgeContext
from kakoc.judging.head import Head
from kakoc.judging.rules import RuleBook
from kakoc.judging.seeing import embed_parts
from kakoc.judging.stated_risk import RiskWatch
from kakoc.ports import Embedder, Judge
from kakoc.types import JudgeItem, Verdict, digest

REMEMBERED = 20_000
"""Texts whose embedding is kept: about 30 MB, and as much again for their sentences."""
PARTS = 5
"""Vectors of one text with its sentences, about."""
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class BuiltJudge:
    """A judge with what is known of it from outside, whoever wrote its class."""

    name: str
    languages: tuple[str, ...]
    identity: str
    """Changes with the spec entry, the head, the rules or the code that judges."""
    inner: Judge
    timeout: float = 120.0
    """Seconds for one batch; what takes longer has no verdict."""
    remote: bool = False
    """It sends what it judges to a model."""

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        return self.inner.judge(items)


class SharedEmbedder:
    """Embeds each distinct text once for all judges. Forgets everything when it is full."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self._inner = inner
        self._known: dict[str, np.ndarray] = {}
        self._parts: dict[tuple[str, ...], np.ndarray] = {}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        distinct = dict.fromkeys(texts)
        vectors = {text: self._known[text] for text in distinct if text in self._known}
        missing = [text for text in distinct if text not in vectors]
        if missing:
            vectors |= dict(zip(missing, self._inner.embed(missing), strict=True))
            self._known = _kept(self._known, vectors, REMEMBERED)
        return np.stack([vectors[text] for text in texts])

    def embed_parts(self, texts: Sequence[str], parts: Sequence[Sequence[str]]) -> list[np.ndarray]:
        keys = [(text, *own) for text, own in zip(texts, parts, strict=True)]
        vectors = {key: self._parts[key] for key in keys if key in self._parts}
        missing = list(dict.fromkeys(key for key in keys if key not in vectors))
        if missing:
            fresh = embed_parts(
                self._inner, [key[0] for key in missing], [key[1:] for key in missing]
            )
            vectors |= dict(zip(missing, fresh, strict=True))
            self._parts = _kept(self._parts, vectors, REMEMBERED // PARTS)
        return [vectors[key] for key in keys]


def _kept(known: dict[K, np.ndarray], new: dict[K, np.ndarray], most: int) -> dict[K, np.ndarray]:
    return new if len(known) + len(new) > most else known | new


def build_judges(
    ir: Ir,
    heads: Mapping[str, Head],
    embedder: Embedder,
    load: Callable[[str], type],
    code: str = "",
    complete: Callable[[str], Complete] | None = None,
) -> list[Judge]:
    """One judge an entry of `spec/judges.yaml`, in its order.

    Args:
        code: digest of the code that judges; verdicts of other code are not taken for its own.
        complete: opens the model of that name for a judge that asks one.
    """
    shared, rules = SharedEmbedder(embedder), RuleBook.of(ir)
    watch = RiskWatch(ir.stated_risk) if ir.stated_risk else None

    def build(spec: JudgeSpec) -> BuiltJudge:
        head = heads.get(spec.name)
        asks = complete(spec.model) if complete and spec.model else None
        given = JudgeContext(spec, rules, head, shared, watch, asks)
        return _build(given, load, fingerprint([ir.stated_risk, ir.resources.contacts, code]))

    return [build(spec) for spec in ir.judges]


def _build(given: JudgeContext, load: Callable[[str], type], code: str) -> BuiltJudge:
    spec = given.spec
    with boundary(JudgeError, f"judge `{spec.name}` ({spec.use})"):
        judge = load(spec.use)(given)
    if not isinstance(judge, Judge):
        raise JudgeError(f"judge `{spec.name}`: {spec.use} has no `name` and `judge(items)`")
    fitted = given.head.fingerprint if given.head else ""
    identity = digest([fingerprint(spec), fingerprint(given.rules.rules), fitted, code])
    return BuiltJudge(spec.name, spec.languages, identity, judge, spec.timeout, bool(spec.model))
