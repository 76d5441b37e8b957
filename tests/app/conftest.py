"""A project for tests of what may go wrong: nothing in it is fitted, its model has little time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from project_kit import ProjectFolder, copy_project, make_tracker, own_imports

from kakoc.app.building import build
from kakoc.project import find_project

NOBODY = "http://127.0.0.1:9/v1"
MODELS = f"""
  - name: impatient
    engine: http
    model: stub
    api_base: {NOBODY}
    timeout: 5
    connect_timeout: 1
    first_byte_timeout: 0.5
  - name: hosted
    engine: http
    model: stub
    api_base: {NOBODY}
    api_key_env: KAKOC_TEST_KEY
roles:
"""
LAX = """  - name: lax
    personas: 3
    turns: 2
    min_turns: 1
    exact_turns: true
    continuation: 0.5
    guards: false
    judges: false
    failure_threshold: 1.0
"""
JUDGES = """judges:
  - name: empathy
    use: modules.judges:LMJudge
    weight: 1
    rubric: Say how far the reply stays beside the person.
    model: impatient
"""


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with a judge that asks a model, built."""
    root = copy_project(tmp_path_factory.mktemp("plain"))
    shutil.rmtree(root / "spec" / "judges")
    (root / "spec" / "judges.yaml").write_text(JUDGES, encoding="utf-8")
    models = root / "spec" / "models.yaml"
    text = models.read_text(encoding="utf-8")
    models.write_text(text.replace("\nroles:\n", MODELS), encoding="utf-8")
    with (root / "spec" / "profiles.yaml").open("a", encoding="utf-8") as profiles:
        profiles.write(LAX)
    with own_imports():
        build(find_project(root))
    make_tracker(root / "artifacts")
    return root


@pytest.fixture
def plain_project(
    plain: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> ProjectFolder:
    """A copy of it; the test runs in its folder."""
    root = Path(shutil.copytree(plain, tmp_path / "project"))
    monkeypatch.chdir(root)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return ProjectFolder(root, capfd)
