"""Who speaks: a compiled role with its model, behind one awaitable. Sole place that enters DSPy.

A conversation asks `Cast.seeker.say(...)`; which model answers, through which adapter and under
which settings, is decided here.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from kakoc.errors import StoreError, boundary
from kakoc.ports import CALL_SITE, CallSite
from kakoc.types import Role

NO_MEMORY = {"disable_history": True, "max_trace_size": 0, "warn_on_type_mismatch": False}
"""DSPy keeps 10,000 calls by default; a long run has no use for them."""


class Speaker:
    """One role and the model that plays it."""

    def __init__(self, role: Any, lm: Any, adapter: Any) -> None:
        self.role = role
        self.lm = lm
        self.adapter = adapter

    @property
    def model(self) -> str:
        """Identity of the model, with its content hash."""
        return str(self.lm.model)

    @property
    def prompt(self) -> str:
        """Fingerprint of the role's compiled prompt."""
        return str(self.role.prompt["fingerprint"])

    @cached_property
    def constant_words(self) -> str:
        """Instructions and the answers of demos: what a weak model copies into its own answers."""
        output = self.role.prompt["output"]
        predictors = [predictor for _, predictor in self.role.module.named_predictors()]
        instructions = [predictor.signature.instructions for predictor in predictors]
        answers = [demo[output] for predictor in predictors for demo in predictor.demos]
        return "\n".join([*instructions, *(_texts(answer) for answer in answers)])

    def brief(self, card: Mapping[str, Any]) -> Any:
        """What the role is told of a person, to be given in place of the card again and again."""
        return self.role.brief(card)

    async def say(
        self,
        site: CallSite,
        card: Any,
        history: Sequence[dict[str, Any]] = (),
        **turn: Any,
    ) -> Any:
        """One answer of the role; see `Role.inputs` of the compiled program for the arguments."""
        CALL_SITE.set(site)
        with self._context():
            return await self.role.aask(card, history, **turn)

    def told(self, card: Any, **turn: Any) -> str:
        """The text of the last user message that `say` would send."""
        return str(self.role.inputs(card, **turn)["turn"])

    def _context(self) -> AbstractContextManager[Any]:
        import dspy

        context: AbstractContextManager[Any] = dspy.context(
            lm=self.lm, adapter=self.adapter, **NO_MEMORY
        )
        return context


@dataclass(frozen=True, slots=True)
class Cast:
    """The three roles of a run."""

    persona: Speaker
    seeker: Speaker
    supporter: Speaker


def _texts(answer: Any) -> str:
    """All text of a demo's answer."""
    if isinstance(answer, Mapping):
        return "\n".join(value for value in answer.values() if isinstance(value, str))
    return str(answer)


def make_cast(build: Path, package: str, models: Mapping[Role, Any]) -> Cast:
    """Load the compiled program of `build` and give each role its model.

    Args:
        build: folder of the build, which holds `package`.
        models: `dspy.LM` by role.

    Raises:
        StoreError: the build is damaged.
    """
    with boundary(StoreError, f"cannot load {package} from {build}", "run `kakoc build` again"):
        program = _import_package(build, package)
        roles = program.load()
        adapter = program.LeanAdapter()
        return Cast(**{name: Speaker(role, models[name], adapter) for name, role in roles.items()})


def _import_package(build: Path, package: str) -> ModuleType:
    # A name per build: two builds of one project may be loaded side by side.
    name = f"kakoc_build_{build.name}_{package}"
    if name in sys.modules:
        return sys.modules[name]
    path = build / package
    spec = importlib.util.spec_from_file_location(
        name, path / "__init__.py", submodule_search_locations=[str(path)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"no package in {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
