"""Which model plays which role: the spec's choice, or what the command line says instead.

A key belongs to one entry of `spec/models.yaml` and its own `api_base`; another base never sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kakoc.emit import ROLES
from kakoc.errors import ModelError
from kakoc.ir import Ir, ModelSpec
from kakoc.lm import LmConfig, ModelStatus, open_embedder, status
from kakoc.ports import Embedder
from kakoc.types import Role

Fetching = Callable[[str, int, int], None]
"""Told what is downloaded, how many bytes are here, and how many there are."""
ENGINES = ("embedded", "http", "litellm")


def choose_models(
    ir: Ir, choices: Sequence[str] = (), api_base: str | None = None
) -> dict[Role, LmConfig]:
    """The model of each role.

    Args:
        choices: `NAME` for all roles or `ROLE=NAME` for one; later ones win. NAME is an entry of
            `spec/models.yaml` or `engine/model`, e.g. `http/llama-3`, `embedded/path/to.gguf`.
        api_base: base URL that replaces that of the chosen http models.

    Raises:
        ModelError: a name means nothing, or an http model has no base URL.
    """
    chosen: dict[Role, str] = {}
    for choice in choices:
        role, name = _split(choice)
        chosen.update({role: name} if role else dict.fromkeys(ROLES, name))
    names: dict[Role, str] = {**ir.models.roles, **chosen}
    # A base URL is meant for the models that were named with it, not for the spec's other ones.
    moved = set(chosen or names) if api_base else set()
    found = {role: _config(ir, names[role], api_base if role in moved else None) for role in ROLES}
    if api_base and not any(found[role].engine == "http" for role in moved):
        raise ModelError("--api-base is given, but no http model is chosen", "add --lm http/NAME")
    return found


def played_by(ir: Ir, models: Mapping[Role, LmConfig]) -> Ir:
    """The spec with the models that were asked for: who plays decides what can be spoken."""
    roles = {role: config.name for role, config in models.items()}
    return ir.model_copy(update={"models": ir.models.model_copy(update={"roles": roles})})


def concurrency(configs: Sequence[LmConfig]) -> int:
    """Conversations at once: an embedded model needs two slots each, a server none."""
    return max(1, min(_conversations(config) for config in configs))


def make_embedder(name: str, fetching: Fetching, alone: bool = False) -> Embedder:
    """The embedder of the judges; its weights are loaded on first use.

    Args:
        alone: the same bytes for a text whatever is embedded with it, at half the speed.

    Raises:
        ModelError: there is none of that name.
    """
    return open_embedder(name, fetching, alone)


def local_models() -> list[ModelStatus]:
    """The models that need no server, and where each is if it was fetched."""
    return status()


def _split(choice: str) -> tuple[Role | None, str]:
    head, equals, tail = choice.partition("=")
    for role in ROLES:
        if equals and head == role:
            return role, tail
    if equals:
        raise ModelError(f"--lm {choice}: {head!r} is no role", f"roles: {', '.join(ROLES)}")
    return None, choice


def _config(ir: Ir, name: str, api_base: str | None) -> LmConfig:
    spec = ir.model(name)
    config = _from_spec(spec) if spec else _from_name(name, ir)
    if config.engine == "http" and api_base and api_base != config.api_base:
        config = replace(config, api_base=api_base, api_key_env=None)
    if config.engine == "http" and not config.api_base:
        raise ModelError(f"model {name} has no base URL", "give --api-base http://host:port/v1")
    return config


def _from_spec(spec: ModelSpec) -> LmConfig:
    return LmConfig(**spec.model_dump(exclude={"languages", "price"}))


def _from_name(name: str, ir: Ir) -> LmConfig:
    head, slash, model = name.partition("/")
    for engine in ENGINES:
        if slash and head == engine:
            return _from_spec(ModelSpec(name=name, engine=engine, model=model))
    known = ", ".join(model.name for model in ir.models.models)
    raise ModelError(
        f"no model {name!r}",
        f"in spec/models.yaml: {known}; or http/NAME, embedded/PATH, litellm/NAME",
    )


def _conversations(config: LmConfig) -> int:
    if config.engine != "embedded":
        return config.concurrency
    return 1 if config.deterministic else config.slots // 2
