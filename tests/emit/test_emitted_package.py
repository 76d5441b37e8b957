"""The built package: what it says is what DSPy says of it, and hostile words stay words."""

from __future__ import annotations

import inspect
import json
import py_compile
from collections.abc import Callable
from pathlib import Path

import dspy
import pytest
from emit_kit import Package

from kakoc.emit import ROLES, emit
from kakoc.emit.roles import SHAPES
from kakoc.ir import Ir, Line
from kakoc.types import Role

HOSTILE = (
    'He said """stop""" and left',
    "back\\slash \\n \\x \\N{nothing} \\",
    'ends with a "quote"',
    '"starts with one',
    "it's 'single' and {{braces}}",
    "tabs\tand  spaces, ünïcode 話す 🙂",
    "first row\n    indented row\n",
)


@pytest.mark.parametrize("role", ROLES)
def test_a_state_file_is_what_dspy_dumps(package: Package, role: str, tmp_path: Path) -> None:
    stored = package.json(f"state/{role}.json")
    module = package.roles[role].module
    assert stored == {**module.dump_state(), "metadata": stored["metadata"]}
    module.save(str(tmp_path / "saved.json"))
    assert json.loads((tmp_path / "saved.json").read_text()).keys() == stored.keys()


@pytest.mark.parametrize("role", ROLES)
def test_the_signature_agrees_with_the_state_before_it_is_loaded(
    package: Package, role: Role
) -> None:
    fresh = dspy.Predict(getattr(package.signatures, SHAPES[role].signature))
    assert fresh.dump_state()["signature"] == package.json(f"state/{role}.json")[role]["signature"]


@pytest.mark.parametrize("role", ROLES)
def test_fields_stand_in_the_order_that_the_state_relies_on(package: Package, role: Role) -> None:
    shape, signature = SHAPES[role], package.signature(role)
    assert (
        tuple(signature.input_fields) == shape.inputs == tuple(package.roles[role].prompt["inputs"])
    )
    assert list(signature.output_fields) == [shape.output]
    state = package.json(f"state/{role}.json")[role]["signature"]["fields"]
    assert [field["prefix"] for field in state] == [
        f"{name.title()}:" for name in (*shape.inputs, shape.output)
    ]


def test_demos_of_the_spec_arrive(package: Package, ir: Ir) -> None:
    ((_, predictor),) = package.roles["seeker"].module.named_predictors()
    demos = ir.roles["seeker"].demos
    assert [demo["turn"] for demo in predictor.demos] == [demo.user for demo in demos]
    assert [demo["said"] for demo in predictor.demos] == [demo.assistant for demo in demos]


def test_the_instructions_end_with_the_constitution_where_the_role_asks_for_it(
    package: Package, ir: Ir
) -> None:
    principle = f"- {ir.constitution[-1].line.text}"
    assert package.signature("supporter").instructions.endswith(principle)
    assert principle not in package.signature("seeker").instructions


def test_nothing_but_the_roles_modules_is_copied(files: dict[str, bytes], ir: Ir) -> None:
    copied = {path for path in files if path.startswith(f"{ir.project.name}/modules/")}
    assert copied == {f"{ir.project.name}/modules/{name}.py" for name in ("__init__", *ROLES)}


def test_emitting_twice_gives_the_same_bytes(
    ir: Ir, role_code: dict[str, bytes], files: dict[str, bytes]
) -> None:
    versions = json.loads(files[f"{ir.project.name}/state/seeker.json"])["metadata"]
    assert emit(ir, role_code, {}, versions["dependency_versions"]) == files


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_words_pass_through_unchanged(
    ir: Ir, build_of: Callable[[Ir], Package], number: int
) -> None:
    text = HOSTILE[number]
    project = ir.project.model_copy(update={"name": f"hostile_{number}", "title": text})
    seeker = ir.roles["seeker"]
    prompt = seeker.prompt.model_copy(
        update={"instructions": (Line(text=text), *(Line(text=text) for _ in range(2)))}
    )
    schema = json.loads(json.dumps(ir.persona_schema))
    schema["description"] = schema["properties"]["id"]["description"] = text
    roles = {**ir.roles, "seeker": seeker.model_copy(update={"prompt": prompt})}
    package = build_of(
        ir.model_copy(update={"project": project, "roles": roles, "persona_schema": schema})
    )
    for source in (package.folder / project.name).rglob("*.py"):
        py_compile.compile(str(source), doraise=True)
    instructions = inspect.cleandoc(f"{text}\n{text}\n{text}")
    assert package.signature("seeker").instructions == instructions
    assert package.json("state/seeker.json")["seeker"]["signature"]["instructions"] == instructions
    assert package.types.PersonaCard.model_fields["id"].description == text
    assert package.types.PersonaCard.__doc__ == text
    assert f"{text} Compiled by kakoc" in (package.module.__doc__ or "")
