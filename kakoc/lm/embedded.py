"""Engines for `dspy.LM` that run a GGUF model in this process, by llama.cpp.

Prompts are reused by pinning: calls of one lane (`kakoc.ports.CallSite.lane`) go to one slot, one
after another. Does not know where model files come from, and keeps no replies.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kakoc.lm.lanes import Lanes
from kakoc.lm.wire import chat_body, chat_response
from kakoc.ports import CALL_SITE, Gate

if TYPE_CHECKING:
    from dspy.lm15 import LM15Error, Request, Response

PROMPT_CACHE_MIB = 1024
"""Memory for prompts of lanes that lost their slot; they come back without being read again."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What one llama.cpp server is started with."""

    path: Path
    slots: int
    context: int
    threads: int
    deterministic: bool

    @classmethod
    def of(
        cls, path: Path, slots: int, context: int, threads: int | None, deterministic: bool
    ) -> ServerSettings:
        """With the defaults filled in: one core stays free, deterministic means one slot."""
        cores = os.cpu_count() or 1
        return cls(
            path=path.resolve(),
            slots=1 if deterministic else slots,
            context=context,
            threads=threads or max(1, cores - 1),
            deterministic=deterministic,
        )


class LlamaServer:
    """A llama.cpp server in this process, started by its first call."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._lanes = Lanes(settings.slots)
        self._starting = threading.Lock()
        self._server: Any = None

    @property
    def in_flight(self) -> int:
        return self._lanes.busy

    @property
    def limit(self) -> int:
        return self._settings.slots

    def submit(self, request: Request, lane: str) -> Future[Response]:
        """The reply to `request`, in the slot of `lane`. Fails with errors of `dspy.lm15`."""
        body = chat_body(request)
        return self._lanes.submit(lane, lambda slot: self._answer(body, slot, request.model))

    def close(self) -> None:
        """Wait for the calls that run and free the model."""
        self._lanes.close()
        self._server = None

    def _answer(self, body: dict[str, Any], slot: int, model: str) -> Response:
        reuse = not self._settings.deterministic
        raw = _ask(self._started(), {**body, "id_slot": slot, "cache_prompt": reuse})
        if "error" in raw:
            raise _refused(raw["error"])
        return chat_response(raw, model)

    def _started(self) -> Any:
        from dspy.lm15 import ConfigurationError

        with self._starting:
            if self._server is None:
                try:
                    self._server = _start(self._settings)
                except RuntimeError as error:
                    reason = f"cannot load {self._settings.path.name}: {error}"
                    raise ConfigurationError(reason, provider="embedded") from error
            return self._server


def _ask(server: Any, body: dict[str, Any]) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = server.handle_chat_completions(body)
    except (RuntimeError, ValueError) as error:  # e.g. a JSON schema that no grammar can be made of
        return {"error": {"code": 400, "message": str(error)}}
    return raw


def _start(settings: ServerSettings) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(settings.path)
    params.n_parallel = settings.slots
    params.n_ctx = settings.slots * settings.context
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads
    params.cache_ram_mib = 0 if settings.deterministic else PROMPT_CACHE_MIB
    params.fit_params = False  # exactly the context that was asked for, or an error
    params.verbosity = 0
    # The server also listens on a loopback port, which we do not use: nobody else shall.
    params.api_keys = [secrets.token_urlsafe(32)]
    params.ui = params.endpoint_slots = False
    return xllamacpp.Server(params)


class EmbeddedEngine:
    """The engine of `dspy.LM` for plain calls."""

    def __init__(self, server: LlamaServer) -> None:
        self._server = server

    def complete(self, request: Request) -> Response:
        return self._server.submit(request, _lane()).result()


class AsyncEmbeddedEngine:
    """The engine of `dspy.LM` for awaited calls; same server, same slots."""

    def __init__(self, server: LlamaServer) -> None:
        self._server = server

    @property
    def gate(self) -> Gate:
        return self._server

    async def complete(self, request: Request) -> Response:
        return await asyncio.wrap_future(self._server.submit(request, _lane()))


def _lane() -> str:
    """Calls outside a conversation have nothing in common and take any slot."""
    site = CALL_SITE.get()
    return site.lane if site.persona else ""


def _refused(error: dict[str, Any]) -> LM15Error:
    from dspy.lm15 import ContextLengthError, InvalidRequestError, ServerError

    if error.get("type") == "exceed_context_size_error":
        return ContextLengthError(
            f"the prompt has {error['n_prompt_tokens']} tokens, "
            f"more than the {error['n_ctx']} that a slot holds (`context` of the model)"
        )
    kind = InvalidRequestError if 400 <= error.get("code", 500) < 500 else ServerError
    return kind(str(error.get("message", error)), provider="embedded")


_servers: dict[ServerSettings, LlamaServer] = {}
_servers_lock = threading.Lock()


def shared_server(settings: ServerSettings) -> LlamaServer:
    """The one server of this process with these settings."""
    with _servers_lock:
        if settings not in _servers:
            _servers[settings] = LlamaServer(settings)
        return _servers[settings]


def close_servers() -> None:
    """Stop every server of this process."""
    with _servers_lock:
        for server in _servers.values():
            server.close()
        _servers.clear()
