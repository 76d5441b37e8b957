"""Write and import an emitted package; walk the schemas that reach a model."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from kakoc.emit.pydantic_source import HEADER, classes
from kakoc.emit.runtime.adapter import output_schema


class Package:
    """An imported build: its modules, and its roles as `load()` gives them."""

    def __init__(self, folder: Path, module: ModuleType) -> None:
        self.folder = folder
        self.module = module
        self.roles = module.load()
        self.types = importlib.import_module(f"{module.__name__}.types")
        self.signatures = importlib.import_module(f"{module.__name__}.signatures")

    def json(self, path: str) -> Any:
        return json.loads((self.folder / self.module.__name__ / path).read_text("utf-8"))

    def signature(self, role: str) -> Any:
        ((_, predictor),) = self.roles[role].module.named_predictors()
        return predictor.signature

    def output_schema(self, role: str) -> dict[str, Any]:
        return output_schema(self.signature(role))


def write_package(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def load_package(folder: Path, name: str) -> Package:
    sys.path.insert(0, str(folder))
    try:
        return Package(folder, importlib.import_module(name))
    finally:
        sys.path.remove(str(folder))


def import_classes(folder: Path, name: str, schema: dict[str, Any]) -> ModuleType:
    """The module that holds the class `name` made from `schema`."""
    path = folder / f"made_{name.lower()}.py"
    path.write_text(HEADER + "\n\n" + "\n\n\n".join(classes(name, schema)) + "\n", "utf-8")
    sys.modules.pop(path.stem, None)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(path.stem)
    finally:
        sys.path.remove(str(folder))


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    if isinstance(schema, dict):
        if "type" in schema:
            yield schema
        for value in schema.values():
            yield from nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from nodes(value)
