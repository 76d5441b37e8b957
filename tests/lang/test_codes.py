"""Every code is documented, used, and shown by examples that mean what they say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

import kakoc
from kakoc.diagnostics import Diagnostic
from kakoc.ir import Ir
from kakoc.judging.rules import example_faults
from kakoc.lang import Where
from kakoc.lang.codes import CODES, shown
from kakoc.lang.codes.resources import EXAMPLE_DAY
from kakoc.lang.verified import verified
from kakoc.plan import circumstance_faults
from kakoc.registry import link_faults


def linked(ir: Ir, where: Where) -> list[Diagnostic]:
    classes = dict.fromkeys(("Empathy", "Independent", "Persona", "Seeker", "Supporter"), object)
    project = cast(ModuleType, SimpleNamespace(**classes))
    return link_faults(ir, lambda name: project, where)


EXTRA = (
    *(example_faults, circumstance_faults, linked),
    verified(date.fromisoformat(EXAMPLE_DAY)),
)


@pytest.mark.parametrize("code", sorted(CODES))
def test_bad_example_yields_exactly_its_code(code: str, compile_with: Any) -> None:
    found = compile_with(CODES[code].bad, EXTRA).diagnostics
    assert {fault.code for fault in found} == {code}
    assert all(fault.span.line and fault.span.file.startswith("spec/") for fault in found)


@pytest.mark.parametrize("code", sorted(CODES))
def test_good_example_has_no_fault(code: str, compile_with: Any) -> None:
    compilation = compile_with(CODES[code].good, EXTRA)
    assert compilation.diagnostics == ()
    assert compilation.ir is not None


@pytest.mark.parametrize("code", sorted(CODES))
def test_documentation_can_be_read(code: str) -> None:
    entry = CODES[code]
    assert entry.code == code
    assert entry.why.endswith(".")
    for content in (*entry.bad.values(), *entry.good.values()):
        assert shown(content).replace("\n", "").isprintable()


def test_codes_in_the_source_are_the_documented_ones() -> None:
    assert used_codes() == set(CODES)


def used_codes() -> set[str]:
    """Every `"K123"` in kakoc outside the table itself."""
    package = Path(kakoc.__path__[0])
    texts = [
        path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
        if path.parent.name != "codes"
    ]
    return {code for text in texts for code in re.findall(r'"(K\d{3})"', text)}
