"""`kakoc promote`: refused, forced, seen by `diff` and `build`, taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from project_kit import ProjectFolder

from kakoc.ir import Ir

PROMOTED = "optimizers/promoted/supporter.json"
SEARCH = "optimize-supporter-bootstrap-0123456789"
WORDS = "You stay, and you speak plainly.\nAnswer in their own words."
DEMO = {"turn": "I cannot sleep.", "reply": "The nights are long. What wakes you?"}
NOISE = "the gain is within noise"


@pytest.fixture
def searched(built_project: ProjectFolder) -> ProjectFolder:
    """A project with a finished search, as `kakoc optimize` leaves it."""
    lay_search(built_project)
    return built_project


def lay_search(
    project: ProjectFolder, refusals: list[str] | None = None, **words: Any
) -> ProjectFolder:
    build = project.kakoc("build", "--json").json["fingerprint"]
    manifest = {"best": 1, "build": build, "refusals": refusals or []}
    predictor = {"instructions": WORDS, "demos": [DEMO], **words}
    candidate = {"candidate": 1, "role": "supporter", "predictors": {"supporter": predictor}}
    place = f"artifacts/runs/{SEARCH}"
    project.lay(
        {
            f"{place}/config.json": json.dumps({"stage": "optimize"}),
            f"{place}/manifest.json": json.dumps(manifest),
            f"{place}/candidates/001.json": json.dumps(candidate),
        }
    )
    return project


def test_a_gain_is_promoted_shown_used_and_taken_back(searched: ProjectFolder) -> None:
    said = searched.kakoc("promote", SEARCH)
    assert said.code == 0, said.err
    prompt = json.loads((searched.root / PROMOTED).read_text())
    assert prompt["origin"] == SEARCH
    assert prompt["instructions"] == WORDS.splitlines()
    diff = searched.kakoc("diff").out
    assert "supporter: promoted words" in diff
    assert all(word in diff for word in ("plainly", "wakes"))  # of the words, and of the demo
    assert "69 conversations" in diff
    assert "stale" not in searched.kakoc("build").err
    assert "speak plainly" in searched.kakoc("show", "supporter").out
    assert searched.kakoc("promote", "--undo", "supporter").code == 0
    assert not (searched.root / PROMOTED).exists()
    again = searched.kakoc("promote", "--undo", "supporter")
    assert again.code == 1
    assert "no prompt of supporter is promoted" in again.err


def test_undo_brings_back_what_stood_there(searched: ProjectFolder) -> None:
    searched.kakoc("promote", "latest")
    first = (searched.root / PROMOTED).read_bytes()
    lay_search(searched, instructions="You wait.")
    assert searched.kakoc("promote", SEARCH).code == 0
    assert (searched.root / PROMOTED).read_bytes() != first
    searched.kakoc("promote", "--undo", "supporter")
    assert (searched.root / PROMOTED).read_bytes() == first


def test_noise_is_refused_and_forced(built_project: ProjectFolder) -> None:
    lay_search(built_project, refusals=[NOISE])
    refused = built_project.kakoc("promote", SEARCH)
    assert refused.code == 1
    assert NOISE in refused.err
    assert not (built_project.root / PROMOTED).exists()
    forced = built_project.kakoc("promote", SEARCH, "--force")
    assert forced.code == 0
    assert NOISE in forced.err
    assert (built_project.root / PROMOTED).exists()


def test_a_demo_that_crosses_a_hard_line_is_not_even_forced(
    built_project: ProjectFolder, ir: Ir
) -> None:
    lines = (rule for rule in ir.rules if rule.kind == "lose" and "supporter" in rule.applies_to)
    lay_search(built_project, demos=[{**DEMO, "reply": next(lines).examples.caught[0]}])
    said = built_project.kakoc("promote", SEARCH, "--force")
    assert said.code == 1
    assert "hard line" in said.err
    assert not (built_project.root / PROMOTED).exists()


def test_what_is_no_search_is_refused(built_project: ProjectFolder) -> None:
    built_project.lay({"artifacts/runs/quick-1/config.json": json.dumps({"version": 1})})
    said = built_project.kakoc("promote", "quick-1")
    assert said.code == 1
    assert "is no search" in said.err
    assert built_project.kakoc("promote").code == 1
    assert built_project.kakoc("promote", "quick-1", "--undo", "supporter").code == 1
