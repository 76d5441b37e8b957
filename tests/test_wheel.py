"""The wheel holds kakoc and nothing of a project; it checks a spec with three small packages."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from project_kit import copy_project
from source_kit import ROOT, relative, text_files
from venv_kit import Venv, make_venv, requirements

pytestmark = pytest.mark.slow

SOURCES = ("kakoc", "modules", "optimizers", "spec", "tests")
FILES = ("pyproject.toml", "README.md", "LICENSE")
ENOUGH_TO_CHECK = ("click", "pydantic", "pyyaml")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    return make_venv(tmp_path_factory.mktemp("bare") / "venv")


@pytest.fixture(scope="module")
def wheel(bare: Venv, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, as pip builds it: setuptools comes from its own environment."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, folder / "source")
    bare.run("python", "-m", "pip", "wheel", "--no-deps", "-w", folder, folder / "source")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(bare: Venv, wheel: Path) -> Venv:
    bare.install(*requirements(*ENOUGH_TO_CHECK))
    bare.install("--no-deps", wheel)
    return bare


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project without the compiler."""
    return copy_project(tmp_path)


def test_the_wheel_holds_kakoc_only_and_whole(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    about = {name for name in names if ".dist-info/" in name}
    assert names - about == {relative(path) for path in text_files("kakoc")} - {"kakoc/README.md"}
    assert any(name.endswith("/licenses/LICENSE") for name in about)


def test_the_program_that_builds_carry_is_in_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"adapter.py", "program.py", "templates.py"} <= {
        name.rpartition("/")[2] for name in names if name.startswith("kakoc/emit/runtime/")
    }


def test_help_needs_little(installed: Venv, project: Path) -> None:
    assert "check" in installed.run("kakoc", "--help", cwd=project).stdout


def test_check_needs_little(installed: Venv, project: Path) -> None:
    assert "0 errors" in installed.run("kakoc", "check", cwd=project).stderr


def test_it_starts_a_project(installed: Venv, tmp_path: Path) -> None:
    installed.run("kakoc", "init", tmp_path / "new")
    said = installed.run("kakoc", "check", cwd=tmp_path / "new")
    assert said.stderr == "0 errors, 0 warnings\n"


def test_it_is_the_wheel_that_ran(installed: Venv, project: Path) -> None:
    script = "import kakoc; print(kakoc.__file__)"
    said = installed.run("python", "-c", script, cwd=project)
    assert Path(said.stdout.strip()).is_relative_to(installed.folder)
