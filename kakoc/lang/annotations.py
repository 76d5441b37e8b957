"""What a model expects at a path: walks type annotations beside data. Knows pydantic, no spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def expected(model: type[BaseModel], data: Any, path: Iterable[str | int]) -> Any:
    """The annotation that holds for the value at `path` of `data`; None where there is none."""
    annotation: Any = model
    for part in path:
        annotation = _step(_member(annotation, data), part)
        data = _item(data, part)
    return _member(annotation, data)


def field_names(annotation: Any) -> list[str]:
    """Names, as written in a file, of the fields of a model."""
    if not _is_model(annotation):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]


def advice(model: type[BaseModel], data: Any, path: tuple[str | int, ...]) -> str:
    """What the model that holds the field at `path`, or an entry of that field, says of it."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    holder = expected(model, data, path[:-1]) if path else None
    told: Mapping[str, str] = getattr(holder, "advice", {})
    return told.get(str(path[-1]), "") if path else ""


def _step(annotation: Any, part: str | int) -> Any:
    if _is_model(annotation):
        fields = annotation.model_fields
        return next((f.annotation for name, f in fields.items() if part in (name, f.alias)), None)
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return arguments[1]
    if get_origin(annotation) is tuple and isinstance(part, int):
        return arguments[0] if len(arguments) == 2 and arguments[1] is ... else arguments[part]
    return None


def _member(annotation: Any, data: Any) -> Any:
    """`annotation` without `Annotated`, and of a union the member that fits `data` best."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    members = [_member(member, data) for member in get_args(annotation) if member is not type(None)]
    return next((member for member in members if _has_type(member, data)), members[0])


def _has_type(member: Any, data: Any) -> bool:
    """Whether `data` carries the `type` that a member of a tagged union wants."""
    if not _is_model(member) or not isinstance(data, dict) or "type" not in member.model_fields:
        return False
    kind = member.model_fields["type"].annotation
    return get_origin(kind) is Literal and data.get("type") in get_args(kind)


def _item(data: Any, part: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(part)
    inside = isinstance(data, list) and isinstance(part, int) and part < len(data)
    return data[part] if inside else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
