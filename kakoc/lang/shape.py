"""Documents against their models: every fault of shape, with its place.

Knows pydantic's locations. One mistake makes one message: the branches of a union are merged, a
misspelt field is not also reported as missing, all that a mapping lacks is one fault, and so is a
prompt line that is no text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from kakoc.diagnostics import Diagnostic
from kakoc.ir import Line
from kakoc.lang.annotations import advice, expected, field_names
from kakoc.lang.document import Document, Part
from kakoc.lang.shape_wording import UNKNOWN, Mistake, Path, wording
from kakoc.lang.wording import MOST_FAULTS, Hints

_MOST_ERRORS = 10 * MOST_FAULTS
"""Of pydantic several can be one mistake, such as all fields that a mapping lacks."""


def validate(
    document: Document, model: type[BaseModel], hints: Hints
) -> tuple[BaseModel | None, list[Diagnostic]]:
    """The document as `model`, or None and every fault of its shape."""
    try:
        return model.model_validate_json(json.dumps(document.data), strict=True), []
    except ValidationError as failure:
        mistakes = _mistakes(document.data, model, failure)
    spelling = _misspelt(mistakes, hints)
    told = [mistake for mistake in mistakes if (mistake.path, mistake.missing) not in spelling]
    return None, [_diagnostic(document, model, mistake, hints) for mistake in _joined(told)]


def _mistakes(data: Any, model: type[BaseModel], failure: ValidationError) -> list[Mistake]:
    """The errors of pydantic, merged where they come from one mistake."""
    groups: dict[tuple[Any, ...], list[Mistake]] = {}
    for error in islice(failure.errors(include_url=False, include_input=False), _MOST_ERRORS):
        mistake = _mistake(data, model, error)
        if mistake.is_echo:
            continue
        groups.setdefault((mistake.path, mistake.missing, mistake.in_key), []).append(mistake)
    return [min(group, key=lambda mistake: mistake.rank) for group in groups.values()]


def _mistake(data: Any, model: type[BaseModel], error: Any) -> Mistake:
    path, value = _walk(data, error["loc"])
    kind, context, last = error["type"], error.get("ctx", {}), ("", *error["loc"])[-1]
    for length in range(len(path) + 1):
        if expected(model, data, path[:length]) is Line:
            line = _walk(data, path[:length])[1]
            kind = kind if isinstance(line, str) else "string_type"
            return Mistake(kind, path[:length], line, context, error["msg"])
    if last == "[key]":
        return Mistake(kind, path, path[-1], context, error["msg"], in_key=True)
    if kind == "missing" and isinstance(last, str):
        return Mistake(kind, path, value, missing=(last,))
    if kind == "union_tag_not_found":
        return Mistake("missing", path, value, missing=(context["discriminator"].strip("'"),))
    return Mistake(kind, path, value, context, error["msg"])


def _walk(data: Any, location: tuple[Part, ...]) -> tuple[Path, Any]:
    """The parts of a location that are in the data, and the value; others name union branches."""
    path: list[Part] = []
    for part in location:
        inside = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if inside or (isinstance(data, dict) and part in data):
            data = data[part]
            path.append(part)
    return tuple(path), data


def _joined(mistakes: list[Mistake]) -> list[Mistake]:
    """All fields that one mapping lacks as one mistake."""
    missing = _missing(mistakes)
    joined = [
        Mistake("missing", path, None, missing=tuple(fields)) for path, fields in missing.items()
    ]
    return [mistake for mistake in mistakes if not mistake.missing] + joined


def _missing(mistakes: list[Mistake]) -> dict[Path, list[str]]:
    missing: dict[Path, list[str]] = {}
    for mistake in mistakes:
        if mistake.missing:
            missing.setdefault(mistake.path, []).extend(mistake.missing)
    return missing


def _misspelt(mistakes: list[Mistake], hints: Hints) -> set[tuple[Path, tuple[str, ...]]]:
    """Missing fields that are there under a name that is nearly theirs."""
    return set(_near_missing(mistakes, _missing(mistakes), hints))


def _near_missing(
    mistakes: list[Mistake], missing: dict[Path, list[str]], hints: Hints
) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for mistake in mistakes:
        mapping = mistake.path[:-1]
        if mistake.kind == UNKNOWN and mapping in missing:
            for name in hints.near(str(mistake.path[-1]), missing[mapping])[:1]:
                yield mapping, (name,)


def _diagnostic(
    document: Document, model: type[BaseModel], mistake: Mistake, hints: Hints
) -> Diagnostic:
    of_key = mistake.in_key or mistake.kind == UNKNOWN
    holder = mistake.path[:-1] if mistake.kind == UNKNOWN else mistake.path
    annotation = expected(model, document.data, holder)
    code, message, help_ = wording(mistake, annotation, field_names(annotation), hints)
    place = document.key_span if of_key else document.value_span
    help_ = help_ or _advice(document.data, model, mistake)
    return Diagnostic(code, message, place(*mistake.path), help=help_)


def _advice(data: Any, model: type[BaseModel], mistake: Mistake) -> str:
    """What the models say of the fields that a mistake is about."""
    paths = [(*mistake.path, name) for name in mistake.missing] or [mistake.path]
    told = [] if mistake.kind == UNKNOWN else [advice(model, data, path) for path in paths]
    return "; ".join(filter(None, told))
