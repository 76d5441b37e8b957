"""JSON Schemas of every kind of spec file, for editors. Written from the models that check a spec.

What a field means is said once, in the docstring below it; pydantic would read those at every
start, so they are read here, when a schema is written. Knows no file system and no editor.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from kakoc.ir import Dated, Line
from kakoc.lang.schema import FILES

FOLDER = ".schemas"
"""Hidden in the spec folder: no part of the spec itself."""
MODELINE = "# yaml-language-server: $schema="


def schema_files() -> dict[str, str]:
    """Every schema by its path relative to the spec folder."""
    return {schema_path(kind.glob): _text(kind.model) for kind in FILES}


def schema_path(glob: str) -> str:
    """The schema of a kind of file: `roles/seeker.yaml` has `.schemas/roles.schema.json`."""
    first = PurePosixPath(glob).parts[0].split(".")[0]
    # `judges.yaml` and the files below `judges/` are two kinds.
    kind = "judge_examples" if glob.startswith("judges/") else first
    return f"{FOLDER}/{kind}.schema.json"


def modeline(glob: str) -> str:
    """The first line of a YAML file of the kind: where editors find its schema."""
    return f"{MODELINE}{'../' * glob.count('/')}{schema_path(glob)}"


def _text(model: type[BaseModel]) -> str:
    schema = model.model_json_schema(schema_generator=_Documented)
    dialect = {"$schema": GenerateJsonSchema.schema_dialect}
    return json.dumps(dialect | schema, indent=2, ensure_ascii=False) + "\n"


class _Documented(GenerateJsonSchema):
    """Shows a prompt line as the text it is written as, and a field with the docstring below it."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # it would only repeat the field's name

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        kind = schema["cls"]
        if kind is Line:
            return {"type": "string", "description": "One line of a prompt"}
        made = super().model_schema(schema)
        if kind is Dated:
            return {"anyOf": [{"type": "string"}, self._described(kind, made)]}
        return self._described(kind, made)

    def _described(self, kind: type[BaseModel], made: dict[str, Any]) -> dict[str, Any]:
        said = {name: text for base in kind.__mro__ for name, text in _docstrings(base)}
        for name, field in kind.model_fields.items():
            if name in said:
                made["properties"][field.alias or name].setdefault("description", said[name])
        return made


def _docstrings(kind: type) -> Iterator[tuple[str, str]]:
    """Fields of a class itself and the texts below them."""
    if not kind.__module__.startswith(__package__.partition(".")[0]):
        return
    for field, below in pairwise(_classes(kind.__module__)[kind.__name__].body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)


@functools.cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
