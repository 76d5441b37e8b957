"""A build's program answers in an environment that holds dspy and pydantic, and no kakoc."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from source_kit import ROOT
from venv_kit import Venv, make_venv, requirements

from kakoc.emit import prose_fields
from kakoc.ir import Ir
from kakoc.plan import sample

pytestmark = pytest.mark.slow

ALONE = Path(__file__).parent / "alone.py"
README_PROGRAM = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    made = make_venv(tmp_path_factory.mktemp("alone") / "venv")
    made.install(*requirements("dspy", "pydantic"))
    return made


@pytest.fixture(scope="module")
def answers(venv: Venv, built: Path, ir: Ir, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `alone.py` printed: each role's answer and what its model was told."""
    folder = built / "build" / (built / "build" / "current").read_text().strip()
    (example,) = README_PROGRAM.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    given = {
        "package": ir.project.name,
        "card": sample(ir, 1)[0].card,
        "prose": [path for path, _ in prose_fields(ir.persona_schema)],
        "example": example,
    }
    task = tmp_path_factory.mktemp("task") / "task.json"
    task.write_text(json.dumps(given), encoding="utf-8")
    # -I: neither this folder nor the user's packages are there to import from.
    return json.loads(venv.run("python", "-I", ALONE, folder, task).stdout)


def test_kakoc_is_not_there(answers: Any) -> None:
    assert answers["kakoc"] is None


def test_the_persona_writes_its_prose(answers: Any, ir: Ir) -> None:
    assert answers["persona"]["answer"].keys() == {
        path[-1] for path, _ in prose_fields(ir.persona_schema)
    }


def test_the_seeker_thinks_speaks_and_feels(answers: Any) -> None:
    said = answers["seeker"]["answer"]
    assert said.keys() == {"thought", "message", "distress", "ready_to_close"}
    assert 0 <= said["distress"] <= 10


def test_the_supporter_speaks(answers: Any) -> None:
    assert answers["supporter"]["answer"] == "text"


@pytest.mark.parametrize("role", ["persona", "seeker", "supporter"])
def test_a_role_is_told_the_words_of_the_spec(role: str, answers: Any, ir: Ir) -> None:
    spec, told = ir.roles[role], answers[role]["told"]
    assert all(line.text in told[0] for line in spec.prompt.instructions)
    assert [demo.user for demo in spec.demos] == told[1 : 2 * len(spec.demos) : 2]


def test_the_readmes_example_runs(answers: Any) -> None:
    assert answers["example"] == "text"
