"""The project's own judges and rules, read plainly; the language has tests of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from judging_kit import HashEmbedder, load

from kakoc.ir import Ir, JudgeSpec, Rule
from kakoc.judging import Head, RuleBook, build_judges, fit_heads
from kakoc.ports import Judge

SPEC = Path(__file__).parents[2] / "spec"


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
