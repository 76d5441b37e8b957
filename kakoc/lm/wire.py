"""Chat completions as JSON, in OpenAI's shape (llama.cpp shares it), to and from dspy's records.

Knows no transport. Text only: tools, images and sound are refused rather than dropped. Also the
one place that knows how dspy writes its own records as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

from kakoc.errors import UnansweredError
from kakoc.types import canonical

if TYPE_CHECKING:
    from dspy.lm15 import Message, Request, Response, Usage

SAMPLING = (
    "temperature",
    "max_tokens",
    "top_p",
    "top_k",
    "seed",
    "frequency_penalty",
    "presence_penalty",
)
SUPPORTED_PARAMS = frozenset({*SAMPLING, "stop", "response_format"})
FINISH_REASONS = {"length": "length", "content_filter": "content_filter"}
REMEMBERED = 8192
"""Messages whose JSON is kept at hand: turn after turn a conversation sends its history again."""
REMEMBERED_HISTORIES = 512
MOST_TOKENS = 10**9
"""What says more is no count."""
EXCERPT = 200
"""Characters of a strange reply that an error message shows."""


def chat_body(request: Request) -> dict[str, Any]:
    """The JSON body of a request, without the model's name."""
    _require_text(request)
    return {"messages": _messages(request), **_settings(request)}


def chat_bytes(request: Request, model: str) -> bytes:
    """The body as it is sent; the JSON of each message is made once."""
    _require_text(request)
    said = _said(request.messages)
    if request.system is not None:
        said = b"%b,%b" % (canonical(_system(request.system)), said)
    settings = canonical({"model": model, **_settings(request)})
    return b'{"messages":[%b],%b' % (said, settings[1:])


def chat_response(raw: Any, model: str) -> Response:
    """The record of a reply.

    Raises:
        dspy.lm15.ServerError: `raw` is not a chat completion.
    """
    from dspy.lm15 import Message as Reply
    from dspy.lm15 import RefusalPart, Response, ServerError, TextPart

    try:
        choice = raw["choices"][0]
        if choice["message"].get("role", "assistant") != "assistant":
            raise ValueError("somebody else's words")
        refusal = choice["message"].get("refusal")
        said = _storable(refusal or choice["message"]["content"] or "")
        part = RefusalPart(said) if refusal else TextPart(said)
        finish = "content_filter" if refusal else choice.get("finish_reason")
        return Response(
            id=str(raw.get("id") or "") or None,
            model=model,
            message=Reply.assistant([part]),
            finish_reason=FINISH_REASONS.get(finish, "stop"),
            usage=_usage(raw.get("usage")),
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        words = "the reply is not a chat completion"
        error = ServerError(f"{words}: {repr(raw)[:EXCERPT]}")
        raise error from UnansweredError(words)


def request_bytes(request: Request) -> bytes:
    """Everything that is asked, without the name it is asked by, as canonical JSON."""
    from dspy._vendor.lm15.serde import request_to_dict

    asked = request_to_dict(replace(request, messages=request.messages[-1:]))
    del asked["model"]
    # Of the keys some stand before "messages" and some behind it.
    parts = [
        canonical({key: value})[1:-1]
        if key != "messages"
        else b'"messages":[%b]' % _told(request.messages)
        for key, value in sorted(asked.items())
    ]
    return b"{%b}" % b",".join(parts)


def response_json(response: Response) -> dict[str, Any]:
    """A reply, whole: `response_from_json` gives an equal one."""
    from dspy._vendor.lm15.serde import response_to_dict

    told: dict[str, Any] = response_to_dict(response)
    return told


def response_from_json(told: dict[str, Any]) -> Response:
    from dspy._vendor.lm15.serde import response_from_dict

    return response_from_dict(told)


def _listed(told: Callable[[Message], Any]) -> Callable[[tuple[Message, ...]], bytes]:
    """Messages as the items of a JSON array, each made by `told`; what was made is kept at hand.

    The variants of a turn differ in the last message alone, and turns add to what was said.
    """
    one = lru_cache(maxsize=REMEMBERED)(lambda message: canonical(told(message)))
    some = lru_cache(maxsize=REMEMBERED_HISTORIES)(lambda messages: b",".join(map(one, messages)))

    @wraps(told)
    def ask(messages: tuple[Message, ...]) -> bytes:
        try:
            *earlier, last = messages
            return b",".join(filter(None, (some(tuple(earlier)), one(last))))
        except TypeError:  # one holds what has no hash, such as a tool's arguments
            return b",".join(canonical(told(message)) for message in messages)

    return ask


@_listed
def _told(message: Message) -> Any:
    from dspy._vendor.lm15.serde import message_to_dict

    return message_to_dict(message)


@_listed
def _said(message: Message) -> Any:
    return _message(message)


def _require_text(request: Request) -> None:
    from dspy.clients.engines.base import validate_request
    from dspy.lm15 import UnsupportedFeatureError

    validate_request(request)
    if request.tools:
        raise UnsupportedFeatureError("this engine carries no tools", feature="tools")


def _messages(request: Request) -> list[dict[str, str]]:
    messages = [_message(message) for message in request.messages]
    return messages if request.system is None else [_system(request.system), *messages]


def _system(parts: Any) -> dict[str, str]:
    return {"role": "system", "content": _text(parts)}


def _message(message: Message) -> dict[str, str]:
    # Chat templates of local models know no `developer`; `system` means the same to them.
    role = "system" if message.role == "developer" else message.role
    return {"role": role, "content": _text(message.parts)}


def _text(parts: Any) -> str:
    from dspy.lm15 import TextPart, UnsupportedFeatureError

    if isinstance(parts, str):
        return parts
    for part in parts:
        if not isinstance(part, TextPart):
            raise UnsupportedFeatureError(f"this engine carries text only, not {part.type}")
    return "\n".join(part.text for part in parts)


def _settings(request: Request) -> dict[str, Any]:
    config = request.config
    settings = {key: getattr(config, key) for key in SAMPLING}
    if config.stop:
        settings["stop"] = list(config.stop)
    if config.response_format:
        settings["response_format"] = _response_format(config.response_format)
    given = {key: value for key, value in settings.items() if value is not None}
    return {**given, **(config.extensions or {})}


def _response_format(wanted: Mapping[str, Any]) -> dict[str, Any]:
    if wanted["type"] == "json_object":
        return {"type": "json_object"}
    schema = {
        "name": wanted.get("name", "reply"),
        "schema": wanted["schema"],
        "strict": wanted.get("strict", True),
    }
    return {"type": "json_schema", "json_schema": schema}


def _usage(raw: Any) -> Usage:
    from dspy.lm15 import Usage

    usage = raw if isinstance(raw, dict) else {}
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Usage(
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        cache_read_tokens=_count(cached),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= MOST_TOKENS else None


def _storable(text: str) -> str:
    """JSON may name half a character (`\\ud800`), which no file or database takes."""
    return text.encode(errors="replace").decode()
