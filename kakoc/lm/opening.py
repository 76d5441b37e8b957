"""From settings to a `dspy.LM`: chooses the engine, and puts the journal and the meter around it.

Does not know specs or roles; whoever calls it says where replies are kept.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kakoc.errors import ModelError, ProviderError
from kakoc.lm import local_models
from kakoc.lm.background import close_background
from kakoc.lm.budget import Budget, Tariff
from kakoc.lm.config import LmConfig
from kakoc.lm.embedded import (
    AsyncEmbeddedEngine,
    EmbeddedEngine,
    ServerSettings,
    close_servers,
    shared_server,
)
from kakoc.lm.http import AsyncHttpEngine, Endpoint, HttpEngine
from kakoc.lm.journal import Journal
from kakoc.lm.journaled import AsyncJournaledEngine, Desk, JournaledEngine
from kakoc.lm.litellm import AsyncLitellmEngine, LitellmEngine
from kakoc.lm.wheels import Progress, silent
from kakoc.ports import Meter

if TYPE_CHECKING:
    import dspy

Engines = tuple[Any, Any]
"""The engine for plain calls and its awaited twin."""


def open_lm(
    config: LmConfig,
    journal: Journal | None,
    meter: Meter,
    progress: Progress = silent,
    offline: bool = False,
    budget: Budget | None = None,
    tariff: Tariff | None = None,
) -> dspy.LM:
    """The model of `config`, ready for DSPy programs; its calls are journalled and counted.

    Args:
        journal: where replies are looked up and kept; None: every call is made.
        progress: told how far the download of a local model is.
        offline: answer from the journal only; no model, key or server is needed.
        budget: asked before every call that is made.
        tariff: what the model costs; None: nobody knows.

    Raises:
        ModelError: a local model is missing, damaged or too small for its settings.
        ProviderError: an endpoint or its key is not given.
    """
    from kakoc.lm.direct import DirectLM

    # A cut reply is told by its finish_reason; a warning a call would drown the progress.
    logging.getLogger("dspy.clients.lm").setLevel(logging.ERROR)
    desk = Desk(journal_identity(config), journal, meter, offline, config.sampler, budget, tariff)
    plain, awaited = (None, None) if offline else _engines(config, progress)
    if awaited:
        meter.goes_through(config.name, awaited.gate)
    return DirectLM(
        model_string(config), JournaledEngine(plain, desk), AsyncJournaledEngine(awaited, desk)
    )


def close_all() -> None:
    """Stop the local models and the connections that this process opened."""
    close_servers()
    close_background()


def model_string(config: LmConfig) -> str:
    """What records call the model: engine, name and, for a local model, the hash of its file."""
    if config.engine == "embedded":
        return f"embedded/{local_models.identity(config.model)}"
    return f"{config.engine}/{config.model}"


def journal_identity(config: LmConfig) -> str:
    """The model string, with every setting that changes what the model says."""
    if config.engine == "embedded":
        deterministic = str(config.deterministic).lower()
        return f"{model_string(config)}?context={config.context}&deterministic={deterministic}"
    return f"{model_string(config)}?api_base={(config.api_base or '').rstrip('/')}"


def _engines(config: LmConfig, progress: Progress) -> Engines:
    if config.engine == "embedded":
        return _embedded(config, progress)
    endpoint = _endpoint(config)
    if config.engine == "http":
        awaited = _http_engine(endpoint)
        return HttpEngine(awaited), awaited
    return LitellmEngine(endpoint), AsyncLitellmEngine(endpoint)


@lru_cache(maxsize=64)
def _http_engine(endpoint: Endpoint) -> AsyncHttpEngine:
    """One for all roles that a model plays: how much it bears is a matter of all their calls."""
    return AsyncHttpEngine(endpoint)


def _embedded(config: LmConfig, progress: Progress) -> Engines:
    _check_context(config)
    model = local_models.resolve(config.model, progress)
    server = shared_server(
        ServerSettings.of(
            model.path, config.slots, config.context, config.threads, config.deterministic
        )
    )
    return EmbeddedEngine(server), AsyncEmbeddedEngine(server)


def _check_context(config: LmConfig) -> None:
    packaged = local_models.MODELS.get(config.model)
    if packaged and config.context > packaged.context:
        raise ModelError(
            f"{config.model} was trained for {packaged.context} tokens, "
            f"and model {config.name} asks for {config.context}",
            "set a smaller `context` in spec/models.yaml",
        )


def _endpoint(config: LmConfig) -> Endpoint:
    return Endpoint(
        api_base=_api_base(config),
        model=config.model,
        key=_key(config),
        concurrency=config.concurrency,
        timeout=config.timeout,
        connect_timeout=config.connect_timeout,
        first_byte_timeout=config.first_byte_timeout,
    )


def _api_base(config: LmConfig) -> str:
    base = config.api_base or ""
    if config.engine == "http" and urlsplit(base).scheme not in ("http", "https"):
        raise ProviderError(
            f"model {config.name} needs an `api_base`, such as http://127.0.0.1:8000/v1",
            "set it in spec/models.yaml, or with --api-base",
        )
    return base


def _key(config: LmConfig) -> str:
    if config.api_key_env is None:
        return ""
    key = os.environ.get(config.api_key_env, "").strip()
    if not key:
        raise ProviderError(
            f"model {config.name} needs a key in the environment variable {config.api_key_env}",
            f"export {config.api_key_env}=...",
        )
    return key
