"""Every lint code is documented, used, and can be explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kakoc
from kakoc.cli import run
from kakoc.lint.codes import LINT_CODES

LINT = Path(kakoc.__path__[0]) / "lint"


def test_codes_in_the_source_are_the_documented_ones() -> None:
    assert used_codes() == set(LINT_CODES)


@pytest.mark.parametrize("code", sorted(LINT_CODES))
def test_documentation_of_a_finding_can_be_read(code: str) -> None:
    entry = LINT_CODES[code]
    assert entry.code == code
    assert entry.title and not entry.title.endswith(".")
    assert entry.why.endswith(".")
    assert entry.hint and not entry.hint.endswith(".")


def test_no_two_findings_have_one_title() -> None:
    assert len({entry.title for entry in LINT_CODES.values()}) == len(LINT_CODES)


@pytest.mark.parametrize("written", ["L101", "l101"])
def test_a_finding_is_explained(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    entry = LINT_CODES["L101"]
    assert run(["explain", written]) == 0
    told = capsys.readouterr().out
    assert told == f"L101: {entry.title}\n\n{entry.why}\n\nHelp: {entry.hint}\n"


def test_an_unknown_finding_is_answered_with_near_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explain", "L199"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "no code 'L199'" in told.err
    assert re.search(r"near: L\d{3}", told.err)


def used_codes() -> set[str]:
    """Every `"L123"` in the linter outside the table itself."""
    texts = [path.read_text("utf-8") for path in LINT.glob("*.py") if path.name != "codes.py"]
    return {code for text in texts for code in re.findall(r'"(L\d{3})"', text)}
