"""From specs, heads and user classes to judges that can be asked. Imports no user code itself.

`load` resolves `modules.judges:Empathy` to a class; who calls decides where from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kakoc.errors import JudgeError, boundary
from kakoc.ir import Ir, JudgeSpec, fingerprint
from kakoc.judging.base import JudgeContext
from kakoc.judging.head import Head
from kakoc.judging.rules import RuleBook
from kakoc.ports import Embedder, Judge
from kakoc.types import JudgeItem, Verdict, digest

REMEMBERED = 20_000
"""Texts whose embedding is kept: about 30 MB."""


@dataclass(frozen=True, slots=True)
class BuiltJudge:
    """A judge with what is known of it from outside, whoever wrote its class."""

    name: str
    languages: tuple[str, ...]
    identity: str
    """Changes with the spec entry, the head, the rules or the code that judges."""
    inner: Judge

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        return self.inner.judge(items)


class SharedEmbedder:
    """Embeds each distinct text once for all judges. Forgets everything when it is full."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self._inner = inner
        self._known: dict[str, np.ndarray] = {}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        distinct = dict.fromkeys(texts)
        vectors = {text: self._known[text] for text in distinct if text in self._known}
        missing = [text for text in distinct if text not in vectors]
        if missing:
            vectors |= dict(zip(missing, self._inner.embed(missing), strict=True))
            self._remember(vectors)
        return np.stack([vectors[text] for text in texts])

    def _remember(self, vectors: dict[str, np.ndarray]) -> None:
        if len(self._known) + len(vectors) > REMEMBERED:
            self._known = {}
        self._known |= vectors


def build_judges(
    ir: Ir,
    heads: Mapping[str, Head],
    embedder: Embedder,
    load: Callable[[str], type],
    code: str = "",
) -> list[Judge]:
    """One judge an entry of `spec/judges.yaml`, in its order.

    Args:
        code: digest of the code that judges; verdicts of other code are not taken for its own.
    """
    shared, rules = SharedEmbedder(embedder), RuleBook(ir.rules)
    return [_build(spec, rules, heads.get(spec.name), shared, load, code) for spec in ir.judges]


def _build(
    spec: JudgeSpec,
    rules: RuleBook,
    head: Head | None,
    embedder: Embedder,
    load: Callable[[str], type],
    code: str,
) -> BuiltJudge:
    with boundary(JudgeError, f"judge `{spec.name}` ({spec.use})"):
        judge = load(spec.use)(JudgeContext(spec, rules, head, embedder))
    if not isinstance(judge, Judge):
        raise JudgeError(f"judge `{spec.name}`: {spec.use} has no `name` and `judge(items)`")
    return BuiltJudge(spec.name, spec.languages, _identity(spec, rules, head, code), judge)


def _identity(spec: JudgeSpec, rules: RuleBook, head: Head | None, code: str) -> str:
    fitted = head.fingerprint if head else ""
    return digest([fingerprint(spec), fingerprint(rules.rules), fitted, code])
