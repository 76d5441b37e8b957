"""Heavy libraries load where they are needed, and each in its own room."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from source_kit import ROOT, imports, python_files, unit

HOMES = {
    "aiohttp": "lm",
    "lancedb": "store",
    "litellm": "lm",
    "mlflow": "store",
    "pyarrow": "store",
    "sentence_transformers": "lm",
    "transformers": "lm",
    "xllamacpp": "lm",
}
"""Libraries that one room hides from all others."""

HEAVY = HOMES.keys() | {"dspy", "jsonschema", "ray", "torch", "trl"}
KAKOC = [found for path in python_files("kakoc") for found in imports(path)]


def ruff(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID253"]
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, input=text, capture_output=True, text=True
    )


def test_ruff_knows_every_heavy_library() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert set(rules["flake8-tidy-imports"]["banned-module-level-imports"]) >= HEAVY


def test_no_heavy_library_is_imported_at_module_level() -> None:
    said = ruff(".")
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("path", ["kakoc/run/new.py", "kakoc/lm/new.py", "optimizers/new.py"])
def test_ruff_would_find_one(path: str) -> None:
    assert ruff("--stdin-filename", path, "-", text="import torch\n").returncode == 1
    assert ruff("--stdin-filename", path, "-", text="def f():\n    import torch\n").returncode == 0


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_with_a_home_is_imported_nowhere_else(library: str) -> None:
    found = [each for path in python_files("kakoc") for each in imports(path)]
    elsewhere = [
        each for each in found if each.package == library and unit(each.path) != HOMES[library]
    ]
    assert not [str(each) for each in elsewhere]


@pytest.mark.parametrize(
    "modules", ["kakoc", "kakoc.cli", "kakoc.lang, kakoc.diagnostics, kakoc.ir", "kakoc.lm"]
)
def test_importing_loads_nothing_heavy(modules: str) -> None:
    heavy = sorted(HEAVY | {"numpy"})
    script = f"import sys, {modules}; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
