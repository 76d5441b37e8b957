"""The project's own prompts, compiled once, for runs on a scripted model."""

from __future__ import annotations

import pytest
from run_kit import World

from kakoc.app.inputs import dependency_versions
from kakoc.emit import emit
from kakoc.ir import Ir
from kakoc.plan import sample


@pytest.fixture(scope="session")
def world(ir: Ir, role_code: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> World:
    build = tmp_path_factory.mktemp("run_build")
    for path, data in emit(ir, role_code, {}, dependency_versions()).items():
        (build / path).parent.mkdir(parents=True, exist_ok=True)
        (build / path).write_bytes(data)
    return World(ir, build, sample(ir, 6))
