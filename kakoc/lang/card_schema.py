"""The part of JSON Schema that `personas.schema.json` may use. Knows its keywords, not its fields.

Closed on purpose: in JSON Schema a misspelt keyword is silently ignored, and what `kakoc build`
cannot turn into a Python type must not be promised here. Whatever these models accept is valid
JSON Schema 2020-12.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kakoc.ir import Node, Slug

Viewer = Literal["persona", "seeker", "supporter", "judge"]
Count = Annotated[int, Field(ge=0)]


class _Keyworded(Node):
    title: str = ""
    description: str = ""
    visible_to: tuple[Viewer, ...] | None = Field(default=None, alias="x-visible-to")
    """Who may see the field; inherited by the fields below it."""
    written_by: Literal["model"] | None = Field(default=None, alias="x-written-by")
    """Prose that a model writes; everything else is sampled."""


class TextField(_Keyworded):
    type: Literal["string"]
    enum: tuple[str, ...] | None = Field(default=None, min_length=1)
    min_length: Count | None = Field(default=None, alias="minLength")
    max_length: Count | None = Field(default=None, alias="maxLength")


class NumberField(_Keyworded):
    type: Literal["integer", "number"]
    minimum: float | None = None
    maximum: float | None = None


class FlagField(_Keyworded):
    type: Literal["boolean"]


class ListField(_Keyworded):
    type: Literal["array"]
    items: CardField
    min_items: Count | None = Field(default=None, alias="minItems")
    max_items: Count | None = Field(default=None, alias="maxItems")


class GroupField(_Keyworded):
    type: Literal["object"]
    properties: dict[Slug, CardField] = Field(min_length=1)
    required: tuple[str, ...] = ()
    additional: Literal[False] = Field(default=False, alias="additionalProperties")


CardField = Annotated[
    TextField | NumberField | FlagField | ListField | GroupField, Field(discriminator="type")
]


class CardSchema(GroupField):
    """The whole file."""

    dialect: str = Field(default="", alias="$schema")
    id: str = Field(default="", alias="$id")
