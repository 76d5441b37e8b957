"""The project's own judges and rules; heads fitted on a few examples with a toy embedder."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging_kit import HashEmbedder, few, load

from kakoc.ir import Ir
from kakoc.judging import Head, RuleBook, build_judges, fit_head
from kakoc.lang import compile_spec
from kakoc.ports import Judge

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def ir() -> Ir:
    """The project's spec, each judge with the examples of a few groups and no floor."""
    compiled = compile_spec(ROOT, ROOT / "spec")
    assert compiled.ir, compiled.diagnostics
    judges = tuple(few(spec) for spec in compiled.ir.judges)
    return compiled.ir.model_copy(update={"judges": judges})


@pytest.fixture(scope="session")
def heads(ir: Ir) -> dict[str, Head]:
    return {spec.name: fit_head(spec, HashEmbedder()) for spec in ir.judges if spec.examples}


@pytest.fixture
def judges(ir: Ir, heads: dict[str, Head]) -> list[Judge]:
    return build_judges(ir, heads, HashEmbedder(), load)


@pytest.fixture(scope="session")
def book(ir: Ir) -> RuleBook:
    return RuleBook.of(ir)
