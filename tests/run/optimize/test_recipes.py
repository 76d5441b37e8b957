"""Every recipe of the project, end to end on a scripted model."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest
from optimize_kit import UNSAFE, WARM, Found, prepared, warmly
from run_kit import World
from scripted import Asked

RECIPES = ("bootstrap", "copro", "gepa", "mipro", "simba", "template")
STEP = {"bootstrap": 12, "copro": 12, "gepa": 24, "mipro": 12, "simba": 60, "template": 12}
"""Calls of one iteration of each, on cases as few as here."""


def recipe(name: str) -> ModuleType:
    return importlib.import_module(f"optimizers.{name}")


async def searched(world: World, name: str, **settings: Any) -> Found:
    module = recipe(name)
    stops = getattr(module, "STOPS_ITSELF", False)
    return await prepared(world, module.search, stops_itself=stops, **settings)


@pytest.mark.parametrize("name", RECIPES)
async def test_a_recipe_ends_with_the_best_that_it_tried(world: World, name: str) -> None:
    found = await searched(world, name, calls=160)
    best = found.searching.search()
    watch = found.searching.watch
    assert len(watch.finished) >= 2
    assert best.mean(watch.dev) == max(c.mean(watch.dev) for c in watch.finished)
    assert best.mean(watch.dev) > watch.finished[0].mean(watch.dev)
    assert [v["candidate"] for n, v in found.events if n == "candidate"] == [
        candidate.number for candidate in watch.finished
    ]


@pytest.mark.parametrize("name", RECIPES)
async def test_a_budget_holds_to_within_one_iteration(world: World, name: str) -> None:
    found = await searched(world, name, calls=30)
    found.searching.search()
    assert found.searching.watch.spent <= 30 + STEP[name]


@pytest.mark.parametrize("name", RECIPES)
async def test_a_held_out_judge_is_not_heard_before_the_table(world: World, name: str) -> None:
    found = await searched(world, name, calls=60)
    best = found.searching.search()
    assert not found.heldout.heard
    held = {case.item.context for case in found.data.held_out if case.item}
    table = found.searching.compare(best)
    assert {item.context for item in found.heldout.heard} <= held
    assert table.row("held-out judge").cases


async def test_a_reflection_model_writes_the_instructions_where_there_is_one(world: World) -> None:
    found = await searched(world, "gepa", calls=120, reflected=True)
    found.searching.search()
    prompts = [
        c.words["supporter"]["instructions"] for c in found.searching.watch.candidates.values()
    ]
    assert any(prompt.startswith("Stay. A good reply") for prompt in prompts)


async def test_what_crosses_a_hard_line_becomes_no_demo(world: World) -> None:
    def unsafe(asked: Asked) -> str:
        said = warmly(asked)
        is_bad = asked.site.role == "supporter" and asked.seed % 2
        return said.replace("Go on.", f"{WARM} {WARM} {UNSAFE}") if is_bad else said

    found = await searched(world, "bootstrap", script=unsafe, calls=160)
    found.searching.search()
    demos = [
        demo["reply"]
        for candidate in found.searching.watch.finished
        for demo in candidate.words["supporter"]["demos"]
    ]
    assert demos
    assert not [reply for reply in demos if UNSAFE in reply]
