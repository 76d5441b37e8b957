"""A model that is none: answers every request at once and keeps what it was asked.

A run's own code speaks to it through the program's own adapter, so what it is sent is what a model
would be sent. An answer fills its bounds, as the longest answer would; its words mean nothing.
Opens no file and no connection; knows no role.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kakoc.emit.runtime.adapter import CHARS_PER_TOKEN, DEFAULT_CHARS
from kakoc.lm.budget import UNBOUNDED_REPLY
from kakoc.lm.wire import SUPPORTED_PARAMS, chat_body
from kakoc.ports import CALL_SITE, CallSite

PADDING = "and more of it "
MANY = 8
"""Items of a list without `maxItems`; the adapter reckons with as many."""

Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """One call that would be made."""

    site: CallSite
    messages: tuple[Message, ...]
    completion: int
    """Tokens that the answer may have at most."""

    @property
    def chars(self) -> int:
        return sum(len(message["content"]) for message in self.messages)


@dataclass(slots=True)
class Rehearsal:
    """Plays one role. A question asked twice with one seed is one call, as with a journal."""

    heard: list[Heard] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def lm(self) -> Any:
        """As a `dspy.LM`."""
        import dspy

        engines = {"engine": _Engine(self), "async_engine": _AsyncEngine(self)}
        return dspy.LM("rehearsal/none", cache=False, num_retries=0, **engines)

    def answer(self, body: Mapping[str, Any]) -> str:
        """To the body of a chat completion."""
        key = json.dumps(body, sort_keys=True, default=str)
        if key not in self._known:
            limit = int(body.get("max_tokens") or UNBOUNDED_REPLY)
            messages = tuple(dict(message) for message in body["messages"])
            self.heard.append(Heard(CALL_SITE.get(), messages, limit))
            self._known[key] = self._words(body, limit)
        return self._known[key]

    def complete(self, messages: Sequence[Message], seed: int, most: int) -> str:
        """To a judge, which hopes for a number."""
        self.answer({"messages": messages, "seed": seed, "max_tokens": most})
        return "5"

    def _words(self, body: Mapping[str, Any], limit: int) -> str:
        # No two answers are alike, or requests that quote them would be taken for one.
        number = len(self.heard)
        wanted = body.get("response_format")
        if wanted is None:
            return filler(number, int(limit * CHARS_PER_TOKEN))
        schema = wanted["json_schema"]["schema"]
        return json.dumps(longest(schema, number, schema))


def filler(number: int, length: int) -> str:
    """A text of that length."""
    text = f"{number} "
    text += PADDING * (max(0, length - len(text)) // len(PADDING) + 1)
    # An adapter strips; a blank at the end would be lost.
    return text[: max(1, length - 1)].rstrip() + "."


def longest(schema: Mapping[str, Any], number: int, root: Mapping[str, Any]) -> Any:
    """The value within `schema` that takes most room; booleans are false: nobody ends early."""
    if "$ref" in schema:
        return longest(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], number, root)
    if "enum" in schema:
        return max(schema["enum"], key=lambda value: len(json.dumps(value)))
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: longest(value, number, root) for name, value in fields.items()}
        case "array":
            item = longest(schema.get("items", {}), number, root)
            return [item] * int(schema.get("maxItems", MANY))
        case "integer" | "number":
            return schema.get("maximum", schema.get("minimum", 0))
        case "boolean":
            return False
        case "null":
            return None
        case _:
            return filler(number, int(schema.get("maxLength", DEFAULT_CHARS)))


class _Engine:
    supports_response_schema = True
    supported_params = SUPPORTED_PARAMS

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def complete(self, request: Any) -> Any:
        from dspy.lm15 import Message as Reply
        from dspy.lm15 import Response, TextPart, Usage

        said = Reply.assistant([TextPart(self._rehearsal.answer(chat_body(request)))])
        return Response(
            id=None, model=request.model, message=said, finish_reason="stop", usage=Usage()
        )


class _AsyncEngine(_Engine):
    async def complete(self, request: Any) -> Any:
        return super().complete(request)
