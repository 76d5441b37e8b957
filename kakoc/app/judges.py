"""Opens the judges of a build: heads, user code, and the model of those that ask one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kakoc import judging
from kakoc.app.models import Fetching, choose_models, make_embedder
from kakoc.app.prices import tariff_of
from kakoc.ir import Ir
from kakoc.judging import Complete, Head
from kakoc.lm import Budget, Journal, open_lm
from kakoc.ports import Judge, Meter
from kakoc.project import Project, load_module
from kakoc.registry import lookup
from kakoc.store.files import read_json
from kakoc.types import digest

ANSWER_TOKENS = 40


def open_judges(
    project: Project,
    ir: Ir,
    build: Path,
    fetching: Fetching,
    complete: Callable[[str], Complete] | None = None,
    steering: bool = False,
) -> list[Judge]:
    """The judges of the spec, in its order.

    Args:
        build: folder of the build, which holds the fitted heads.
        complete: opens a model by name; none: judges that ask one cannot be opened.
        steering: their scores steer a run, so they may not depend on what is judged together,
            which differs from run to run.

    Raises:
        KakocError: a judge cannot be made.
    """
    embedder = make_embedder(ir.models.embedder, fetching, alone=steering)

    def load(use: str) -> type:
        found: type = lookup(use, lambda name: load_module(project, name))
        return found

    code = _judging_code(build)
    return judging.build_judges(ir, heads_of(build), embedder, load, code, complete)


def heads_of(build: Path) -> dict[str, Head]:
    """The fitted heads of a build, by judge."""
    paths = sorted((build / "judges").glob("*.json"))
    return {path.stem: Head.model_validate(read_json(path)) for path in paths}


def asking(
    ir: Ir,
    name: str,
    journal: Journal | None,
    meter: Meter,
    fetching: Fetching,
    offline: bool,
    budget: Budget | None = None,
) -> Complete:
    """How a judge asks the model of that name; its calls are journalled like any other."""
    config = choose_models(ir, [name])["supporter"]
    lm = open_lm(config, journal, meter, fetching, offline, budget, tariff_of(ir, config))

    def complete(messages: Sequence[Mapping[str, str]], seed: int) -> str:
        told = [dict(message) for message in messages]
        answers = lm(messages=told, seed=seed, max_tokens=ANSWER_TOKENS)
        first = answers[0]
        return str(first["text"] if isinstance(first, Mapping) else first)

    return complete


def _judging_code(build: Path) -> str:
    """Of the judges' code when the build was made, so that a replay finds its verdicts."""
    inputs = read_json(build / "manifest.json")["inputs"]
    names = ("modules/judges/", "version:")
    return digest({name: value for name, value in inputs.items() if name.startswith(names)})
