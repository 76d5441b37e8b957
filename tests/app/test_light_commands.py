"""The commands that people type all day load no heavy library and run no code of the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kakoverse_kit import sound
from project_kit import ProjectFolder, start_python

HEAVY = {
    *("dspy", "mlflow", "lancedb", "torch", "sentence_transformers", "litellm"),
    *("aiohttp", "xllamacpp"),
}
REPORT = """
import json, sys
from kakoc.cli import run
code = run(sys.argv[1:])
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""


def loaded(project: ProjectFolder, *arguments: str) -> set[str]:
    """Modules in a process after a command that went well."""
    child = start_python("-c", REPORT, *arguments, cwd=project.root)
    out, errors = child.communicate()
    report = json.loads(out.splitlines()[-1])
    assert report["code"] == 0, errors
    return set(report["modules"])


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check"], ["build"], ["show", "seeker"], ["explain", "K201"], ["runs"]],
)
def test_light_commands_load_nothing_heavy(
    built_project: ProjectFolder, arguments: list[str]
) -> None:
    modules = loaded(built_project, *arguments)
    assert "kakoc.cli" in modules
    assert modules & HEAVY == set()
    assert modules & {"modules", "optimizers"} == set()


@pytest.mark.parametrize("arguments", [["lint"], ["import", "kakoverse", "--out", "theirs"]])
def test_reading_data_of_others_loads_nothing_heavy(
    project: ProjectFolder, tmp_path: Path, arguments: list[str]
) -> None:
    source = sound(1).write(tmp_path / "data")
    modules = loaded(project, *arguments, str(source))
    assert "kakoc.store.kakoverse" in modules
    assert modules & HEAVY == set()
    assert modules & {"modules", "optimizers"} == set()


def test_check_runs_no_code_of_the_project(project: ProjectFolder) -> None:
    project.lay({f"modules/{name}.py": "raise SystemExit\n" for name in ("seeker", "persona")})
    assert project.kakoc("check").code == 0


def test_a_stray_file_in_the_project_shadows_nothing(built_project: ProjectFolder) -> None:
    stray = "raise SystemExit('a stray file was imported')\n"
    built_project.lay({f"{name}.py": stray for name in ("yaml", "json", "dspy", "numpy", "kakoc")})
    built_project.edit("spec/roles/seeker.yaml", "# The Seeker:", "# Our Seeker:")
    modules = loaded(built_project, "build")
    assert modules >= {"modules.seeker", "yaml", "json", "dspy", "numpy"}
