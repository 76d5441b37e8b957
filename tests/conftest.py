"""Options and fixtures that several rooms share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_kit import (
    ProjectFolder,
    StubServer,
    copy_project,
    make_tracker,
    own_imports,
    running_stub,
)
from real_run_kit import RealRun, run_really

from kakoc.app.building import build
from kakoc.ir import Ir
from kakoc.lang import compile_spec
from kakoc.project import find_project

ROOT = Path(__file__).parent.parent
os.environ["KAKOC_TRACKING"] = "off"
"""MLflow takes seconds to import; tests of tracking turn it on."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture(scope="session")
def ir() -> Ir:
    """The project's own spec."""
    compiled = compile_spec(ROOT, ROOT / "spec")
    assert compiled.ir, compiled.diagnostics
    return compiled.ir


@pytest.fixture(scope="session")
def role_code() -> dict[str, bytes]:
    """The project's role modules by path, as a build reads them."""
    paths = sorted((ROOT / "modules").glob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> ProjectFolder:
    """A copy of the project with nothing built yet; the test runs in its folder."""
    root = copy_project(tmp_path / "project")
    monkeypatch.chdir(root)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return ProjectFolder(root, capfd)


@pytest.fixture
def built_project(project: ProjectFolder, built: Path) -> ProjectFolder:
    """As `project`, and its build is up to date."""
    shutil.copytree(built, project.artifacts)
    return project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Artifacts of the project as it is: a build, fitted heads, an empty tracker's database."""
    root = copy_project(tmp_path_factory.mktemp("built"))
    with own_imports():
        build(find_project(root))
    make_tracker(root / "artifacts")
    return root / "artifacts"


@pytest.fixture(scope="session")
def stub() -> Iterator[StubServer]:
    """A deterministic model server for all tests that do not disturb it."""
    with running_stub() as server:
        yield server


@pytest.fixture(scope="session")
def real_run(tmp_path_factory: pytest.TempPathFactory) -> RealRun:
    """A small run on the embedded models, made once for all tests that look at it."""
    return run_really(tmp_path_factory.mktemp("real"))
