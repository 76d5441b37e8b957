"""The lean adapter: few tokens around the words of the spec. Knows signatures, not roles.

DSPy's stock adapters spend about 400 tokens on field markers, which small models copy into their
answers. Here the system message is the instructions and the facts, earlier turns are chat turns,
the user message is the values, and what varies most stands last, so that a server can reuse the
processed prefix. A single text output is plain text; anything else is JSON under a grammar whose
every string and array is bounded, with `max_tokens` derived from those bounds.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import dspy
from dspy.utils.exceptions import AdapterParseError
from pydantic import BaseModel, TypeAdapter, ValidationError

SYSTEM_FIELD = "facts"
HISTORY_FIELD = "history"
CHARS_PER_TOKEN = 2.5
"""Cautious: English runs at about 4, many scripts at 2 or fewer."""
DEFAULT_CHARS = 600
"""Assumed length of a text without `max_length`."""


class LeanAdapter(dspy.Adapter):
    """Chat messages straight from values, and a grammar where the output is structured."""

    def __call__(
        self, lm: Any, lm_kwargs: dict[str, Any], signature: Any, demos: Any, inputs: Any
    ) -> list[dict[str, Any]]:
        bounded = _bounded(lm, lm_kwargs, signature)
        answers: list[dict[str, Any]] = super().__call__(lm, bounded, signature, demos, inputs)
        return answers

    async def acall(
        self, lm: Any, lm_kwargs: dict[str, Any], signature: Any, demos: Any, inputs: Any
    ) -> list[dict[str, Any]]:
        bounded = _bounded(lm, lm_kwargs, signature)
        answers: list[dict[str, Any]] = await super().acall(lm, bounded, signature, demos, inputs)
        return answers

    def format(
        self, signature: Any, demos: list[dict[str, Any]], inputs: dict[str, Any]
    ) -> list[dict[str, Any]]:
        asked, answered = _names(signature)
        history = inputs.get(HISTORY_FIELD)
        earlier = list(demos) + list(history.messages if history is not None else ())
        messages = [{"role": "system", "content": _system(signature, inputs)}]
        for exchange in earlier:
            messages.append({"role": "user", "content": _user(asked, exchange)})
            messages.append({"role": "assistant", "content": _assistant(answered, exchange)})
        messages.append({"role": "user", "content": _user(asked, inputs)})
        return messages

    def parse(self, signature: Any, completion: str) -> dict[str, Any]:
        if _is_text(signature):
            return {_names(signature)[1][0]: completion.strip()}
        fields = signature.output_fields
        try:
            data = json.loads(completion)
            if len(fields) == 1:
                data = {next(iter(fields)): data}
            return {
                name: _validator(fields[name].annotation).validate_python(data[name])
                for name in fields
            }
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            raise AdapterParseError(
                type(self).__name__, signature, completion, str(error)
            ) from error


def output_schema(signature: Any) -> dict[str, Any]:
    """JSON Schema of the answer: of the one output itself, or of an object of all outputs."""
    schemas = {
        name: TypeAdapter(field.annotation).json_schema()
        for name, field in signature.output_fields.items()
    }
    if len(schemas) == 1:
        return next(iter(schemas.values()))
    return {
        "type": "object",
        "properties": schemas,
        "required": list(schemas),
        "additionalProperties": False,
    }


def token_bound(schema: dict[str, Any], root: dict[str, Any] | None = None) -> int:
    """Most tokens that an answer within `schema` needs, from its bounds on strings and arrays."""
    root = root or schema
    if "$ref" in schema:
        return token_bound(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "enum" in schema:
        return max(len(json.dumps(value)) for value in schema["enum"])
    match schema.get("type"):
        case "object":
            names = schema.get("properties", {})
            return 4 + sum(
                len(name) // 2 + 4 + token_bound(sub, root) for name, sub in names.items()
            )
        case "array":
            item = token_bound(schema.get("items", {}), root)
            return 4 + int(schema.get("maxItems", 8)) * (2 + item)
        case "string":
            return 4 + int(schema.get("maxLength", DEFAULT_CHARS) / CHARS_PER_TOKEN)
        case _:
            return 8


def _bounded(lm: Any, lm_kwargs: dict[str, Any], signature: Any) -> dict[str, Any]:
    if _is_text(signature):
        return lm_kwargs
    response_format, max_tokens = _grammar(signature)
    bounded = {**lm_kwargs, "max_tokens": lm_kwargs.get("max_tokens") or max_tokens}
    if "response_format" in lm.supported_params:
        bounded["response_format"] = response_format
    return bounded


@lru_cache(maxsize=64)
def _grammar(signature: Any) -> tuple[dict[str, Any], int]:
    schema = output_schema(signature)
    name = "_".join(signature.output_fields)
    wrapped = {"name": name, "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": wrapped}, token_bound(schema)


@lru_cache(maxsize=256)
def _validator(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


@lru_cache(maxsize=64)
def _is_text(signature: Any) -> bool:
    fields = list(signature.output_fields.values())
    return len(fields) == 1 and fields[0].annotation is str


def _system(signature: Any, inputs: dict[str, Any]) -> str:
    facts = inputs.get(SYSTEM_FIELD) or ""
    return f"{signature.instructions}\n\n{facts}".strip()


@lru_cache(maxsize=64)
def _names(signature: Any) -> tuple[list[str], list[str]]:
    """Of the fields that are told in the user's messages, and of the outputs."""
    asked = [name for name in signature.input_fields if name not in (SYSTEM_FIELD, HISTORY_FIELD)]
    return asked, list(signature.output_fields)


def _user(names: list[str], values: dict[str, Any]) -> str:
    given = {name: values[name] for name in names if values.get(name) is not None}
    if len(names) == 1:
        return "\n".join(_text(value) for value in given.values())
    return "\n".join(f"{name}: {_text(value)}" for name, value in given.items())


def _assistant(names: list[str], values: dict[str, Any]) -> str:
    outputs = {name: values[name] for name in names if name in values}
    if len(names) == 1:
        return "".join(_text(value) for value in outputs.values())
    return json.dumps({name: _plain(value) for name, value in outputs.items()}, ensure_ascii=False)


def _text(value: Any) -> str:
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, BaseModel) else value
