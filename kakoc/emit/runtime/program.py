"""The compiled program: three roles that answer. Knows its own folder and DSPy.

import kakoverse                      # the folder that holds this package is on sys.path
roles = kakoverse.load()
with dspy.context(lm=lm, adapter=kakoverse.LeanAdapter()):
    said = roles["seeker"].ask(card, history=[], message="...", disclosure="...")
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dspy

from .templates import fill, visible

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Brief:
    """What a role may know of one person: the same at every turn, so it is worked out once."""

    view: Mapping[str, Any]
    facts: str


class Role:
    """One role: the words of the spec around a DSPy module."""

    def __init__(self, name: str, module: dspy.Module, prompt: dict[str, Any]) -> None:
        self.name = name
        self.module = module
        self.prompt = prompt

    def brief(self, card: Mapping[str, Any]) -> Brief:
        """What the role is told of a person; give it in place of the card to ask many times."""
        view = visible(card, self.prompt["visible"])
        return Brief(view, fill(self.prompt["facts"], view))

    def ask(
        self, card: Mapping[str, Any] | Brief, history: Sequence[dict[str, Any]] = (), **turn: Any
    ) -> Any:
        """The role's answer: text or a pydantic value, whatever its one output field is."""
        return self._answer(self.module(**self.inputs(card, history, **turn)))

    async def aask(
        self, card: Mapping[str, Any] | Brief, history: Sequence[dict[str, Any]] = (), **turn: Any
    ) -> Any:
        """As `ask`, awaited."""
        return self._answer(await self.module.acall(**self.inputs(card, history, **turn)))

    def inputs(
        self, card: Mapping[str, Any] | Brief, history: Sequence[dict[str, Any]] = (), **turn: Any
    ) -> dict[str, Any]:
        """What the module is called with.

        Args:
            card: the whole persona card, of which only what is visible to the role is used, or
                the brief made of it.
            history: earlier exchanges, `{"turn": what it was told, <output field>: what it said}`.
            turn: values of the role's turn lines, and `config`, the sampling parameters.
        """
        config = {**self.prompt["decoding"], **turn.pop("config", {})}
        known = card if isinstance(card, Brief) else self.brief(card)
        values = {**known.view, **turn}
        given = {
            "facts": known.facts,
            "turn": fill(turn.pop("lines", self.prompt["turn"]), values),
            "config": config,
        }
        if "history" in self.prompt["inputs"]:
            given["history"] = dspy.History(messages=list(history))
        return given

    def _answer(self, prediction: Any) -> Any:
        return prediction[self.prompt["output"]]


def load(folder: Path = HERE) -> dict[str, Role]:
    """The roles by name, with the instructions and demos of their DSPy state files."""
    prompts = json.loads((folder / "prompts.json").read_text(encoding="utf-8"))
    signatures = importlib.import_module(".signatures", __package__)
    roles = {}
    for name, prompt in prompts.items():
        module_name, class_name = prompt["use"].split(":")
        code = importlib.import_module(f".{module_name}", __package__)
        module = getattr(code, class_name)(getattr(signatures, prompt["signature"]))
        module.load(str(folder / "state" / f"{name}.json"))
        roles[name] = Role(name, module, prompt)
    return roles
