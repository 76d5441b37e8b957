"""An engine that gives equal requests different answers, in an order that comes again.

Optimizers ask for ten instructions by ten equal requests, and tell them apart by a rollout id that
ends at DSPy's cache. The journal knows a request by its bytes and would answer all ten alike, so
each repetition gets a seed of its own. Knows neither optimizers nor what it wraps.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kakoc.lm.wire import SUPPORTED_PARAMS, request_bytes
from kakoc.types import derive_seed

if TYPE_CHECKING:
    import dspy
    from dspy.lm15 import Request, Response


def varied(lm: dspy.LM) -> dspy.LM:
    """A copy of `lm` for plain calls."""
    return lm.copy(engine=VariedEngine(lm.engine), async_engine=None)


class VariedEngine:
    """The engine of `dspy.LM` around another one."""

    supports_response_schema = True
    supported_params = SUPPORTED_PARAMS

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def complete(self, request: Request) -> Response:
        name = hashlib.sha256(request_bytes(request)).hexdigest()
        with self._lock:
            repetition = self._asked[name]
            self._asked[name] += 1
        seed = derive_seed(name, repetition)
        response: Response = self._inner.complete(
            replace(request, config=replace(request.config, seed=seed))
        )
        return response

    def __deepcopy__(self, memo: dict[int, Any]) -> VariedEngine:
        return self  # DSPy copies programs with their LM; the count is one
