"""A `dspy.LM` that goes the short way from an adapter's messages to its engine.

DSPy 3.4 reads every message of a history anew at every call and changes threads twice; a
conversation sends the same history to three variants, turn after turn. What DSPy would send is
sent here too (a test holds the two requests equal). A call that is anything but plain text, or that
callbacks, streams, usage trackers or DSPy's history want to see, goes DSPy's own way.

Imported where an LM is opened, never before: no other module here imports DSPy when it is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import dspy
from dspy.clients.errors import error_boundary
from dspy.lm15 import Config, Message, Request, TextPart

from kakoc.lm.wire import REMEMBERED, SAMPLING

PLAIN = frozenset({*SAMPLING, "stop", "response_format"})
IGNORED = frozenset({"cache", "rollout_id"})
"""Options of DSPy's own cache, which is off: they change nothing that is sent."""


class DirectLM(dspy.LM):
    """A model behind `awaited`, an engine with `async complete(Request) -> Response`."""

    def __init__(self, model: str, plain: Any, awaited: Any) -> None:
        super().__init__(model, cache=False, num_retries=0, engine=plain, async_engine=awaited)
        self._pair = (plain, awaited)

    async def acall(
        self, prompt: Any = None, *, messages: Any = None, **options: Any
    ) -> list[str] | Any:
        """The reply's text in a list, as an adapter takes it."""
        request = None
        plain, awaited = self._pair
        # A copy may have been given another engine.
        if self.engine is plain and prompt is None and messages and not self._is_watched():
            request = plain_request(self.model, messages, {**self.kwargs, **options})
        if request is None:
            return await super().acall(prompt, messages=messages, **options)
        with error_boundary(self.model, unexpected=True):
            response = await awaited.complete(request)
        return [response.text or ""]

    def _is_watched(self) -> bool:
        settings = dspy.settings
        return bool(
            settings.callbacks
            or self.callbacks
            or settings.send_stream
            or settings.usage_tracker
            or not settings.disable_history
        )


def plain_request(
    model: str, messages: Sequence[Mapping[str, Any]], options: Mapping[str, Any]
) -> Request | None:
    """What DSPy would make of a chat of plain texts; None: it is more than that."""
    given = {name: value for name, value in options.items() if value is not None}
    settings = {name: value for name, value in given.items() if name not in IGNORED}
    if settings.keys() - PLAIN or not all(_is_plain(message) for message in messages):
        return None
    system = messages[0]["content"] if messages[0]["role"] == "system" else None
    rest = messages if system is None else messages[1:]
    if not rest or any(message["role"] not in ("user", "assistant") for message in rest):
        return None
    if wanted := settings.get("response_format"):
        if not isinstance(wanted, Mapping) or wanted.get("type") != "json_schema":
            return None
        settings["response_format"] = {"type": "json_schema", **wanted["json_schema"]}
    said = tuple(_message(message["role"], message["content"]) for message in rest)
    return Request(model=model, messages=said, system=system, config=Config(**settings))


def _is_plain(message: Mapping[str, Any]) -> bool:
    content = message["content"]
    return len(message) == 2 and isinstance(content, str) and content != ""


@lru_cache(maxsize=REMEMBERED)
def _message(role: str, text: str) -> Message:
    return Message(role=role, parts=(TextPart(text),))
