"""The project's spec as a built package, loaded the way a stranger would load it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from emit_kit import Package, load_package, write_package

from kakoc.app.inputs import dependency_versions
from kakoc.emit import emit
from kakoc.emit.roles import prose_fields
from kakoc.ir import Ir
from kakoc.plan import sample


@pytest.fixture(scope="session")
def files(ir: Ir, role_code: dict[str, bytes]) -> dict[str, bytes]:
    return emit(ir, role_code, {}, dependency_versions())


@pytest.fixture(scope="session")
def package(ir: Ir, files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("build")
    write_package(folder, files)
    return load_package(folder, ir.project.name)


@pytest.fixture
def build_of(tmp_path: Path, role_code: dict[str, bytes]) -> Any:
    """Emits and loads another spec: `build_of(ir)`; its name must be its own."""

    def build(ir: Ir) -> Package:
        write_package(tmp_path, emit(ir, role_code, {}, dependency_versions()))
        return load_package(tmp_path, ir.project.name)

    return build


@pytest.fixture(scope="session")
def card(ir: Ir) -> dict[str, Any]:
    """A sampled card with prose in every field that a model writes."""
    whole = sample(ir, 1)[0].model_copy(deep=True).card
    for (*parents, leaf), _ in prose_fields(ir.persona_schema):
        target = whole
        for name in parents:
            target = target[name]
        target[leaf] = f"Words for {leaf}."
    return whole
