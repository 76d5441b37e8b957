"""The project's own judges and rules, read plainly, and an embedder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import modules.judges
from kakoc.ir import Ir, JudgeSpec, Rule
from kakoc.judging import Head, RuleBook, build_judges, fit_heads
from kakoc.ports import Judge

SPEC = Path(__file__).parents[2] / "spec"
DIMENSIONS = 96


class HashEmbedder:
    """Bag of hashed words: texts with common words are near each other, on every machine alike."""

    name = "hash@1"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in ("", *text.lower().split()):
                row[hashlib.sha256(word.encode()).digest()[0] % DIMENSIONS] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def load(use: str) -> type:
    """What the registry does for `modules.judges:Empathy`."""
    return getattr(modules.judges, use.split(":")[1])


def _entries(name: str, key: str) -> list[dict[str, Any]]:
    path = SPEC / name
    return yaml.safe_load(path.read_text("utf-8"))[key] if path.exists() else []


@pytest.fixture(scope="session")
def ir() -> Ir:
    """Only the kinds that judging reads; the rest of the spec is the language's matter."""
    judges = [
        JudgeSpec.model_validate(
            entry | {"examples": _entries(f"judges/{entry['name']}.yaml", "examples")}
        )
        for entry in _entries("judges.yaml", "judges")
    ]
    rules = [Rule.model_validate(entry) for entry in _entries("safety.yaml", "rules")]
    return Ir.model_construct(judges=tuple(judges), rules=tuple(rules))


@pytest.fixture(scope="session")
def heads(ir: Ir) -> dict[str, Head]:
    return fit_heads(ir, HashEmbedder())


@pytest.fixture
def judges(ir: Ir, heads: dict[str, Head]) -> list[Judge]:
    return build_judges(ir, heads, HashEmbedder(), load)


@pytest.fixture(scope="session")
def book(ir: Ir) -> RuleBook:
    return RuleBook(ir.rules)
