"""What an HTTP reply other than a completion means, as errors of `dspy.lm15`.

Knows no transport. Texts are expected to be redacted already.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from kakoc.errors import UnansweredError

if TYPE_CHECKING:
    from dspy.lm15 import LM15Error

EXCERPT = 300
"""Characters of a body that a message shows."""
LASTING = frozenset({401, 402, 403})
TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})


def refusal(status: int, text: str, retry_after: str | None) -> LM15Error:
    """The error for a reply with a status other than 200."""
    if 300 <= status < 400:
        text = "the server points to another address, and a redirect is never followed"
    kind = _kind(status, text)
    error = kind(_message(text), status=status, retry_after=rest_seconds(retry_after))
    # What keeps every call from an answer ends the run, and is told in the server's own words.
    return error if status in LASTING else because(f"the server answered {status}", error)


def not_json(text: str, content_type: str) -> LM15Error:
    """The error for a reply that is not even JSON."""
    from dspy.lm15 import ServerError

    what = f"not a chat completion ({content_type or 'no content type'})" if text else "empty"
    shown = f": {_shortened(text)}" if text else ""
    reason = "the reply is not JSON" if text else "the reply is empty"
    return because(reason, ServerError(f"the reply is {what}{shown}", status=200))


def because(reason: str, error: LM15Error) -> LM15Error:
    """`error`, with a reason that records may show: none of its words are the server's."""
    error.__cause__ = UnansweredError(reason)
    return error


def rest_seconds(retry_after: str | None) -> float | None:
    """The header `Retry-After`: seconds, or a date. None where it says neither."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _kind(status: int, text: str) -> type[LM15Error]:
    from dspy import lm15

    kinds: dict[int, type[LM15Error]] = {
        401: lm15.AuthError,
        402: lm15.BillingError,
        403: lm15.AuthError,
        408: lm15.TimeoutError,
        429: lm15.RateLimitError,
        504: lm15.TimeoutError,
    }
    other: type[LM15Error] = lm15.ServerError if status >= 500 else lm15.InvalidRequestError
    too_long: type[LM15Error] = lm15.ContextLengthError
    return too_long if _says_too_long(text) else kinds.get(status, other)


def _says_too_long(text: str) -> bool:
    error = _error_of(text)
    return isinstance(error, dict) and bool(
        TOO_LONG.intersection(str(error.get(key)) for key in ("code", "type"))
    )


def _message(text: str) -> str:
    error = _error_of(text)
    said = error.get("message") if isinstance(error, dict) else error
    return _shortened(said if isinstance(said, str) else text)


def _error_of(text: str) -> Any:
    """The part of a JSON error body that says what is wrong, in the shapes servers use."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body.get("error") or body if isinstance(body, dict) else None


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT]} ..."
