"""No contact ships: the spec and the starter name kinds of help only. Reads the YAML itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kakoc.judging.contacts import ContactBook

ROOT = Path(__file__).parents[2]
SPECS = ("spec", "kakoc/starter/spec")
KINDS = ["emergency_services", "crisis_line", "trusted_person", "clinician", "shelter"]


def load(spec: str) -> Any:
    return yaml.safe_load((ROOT / spec / "resources.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("spec", SPECS)
def test_kinds_ship_and_no_entry_does(spec: str) -> None:
    assert [kind["id"] for kind in load(spec)["kinds"]] == KINDS
    assert load(spec)["entries"] == []


@pytest.mark.parametrize("spec", SPECS)
def test_a_kind_is_said_in_a_line_without_any_number(spec: str) -> None:
    for kind in load(spec)["kinds"]:
        told = f"{kind['name']}: {kind['fits']}"
        assert "\n" not in told and len(told) < 120
        assert not any(char.isdigit() for char in told)


@pytest.mark.parametrize("spec", SPECS)
def test_not_even_a_comment_holds_a_contact(spec: str) -> None:
    text = (ROOT / spec / "resources.yaml").read_text(encoding="utf-8")
    assert ContactBook().unknown(text) == ""
