"""From text to IR: what is merged, what is noted, what is skipped, what is never imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from kakoc.diagnostics import Diagnostic
from kakoc.ir import fingerprint
from kakoc.lang import compile_spec
from kakoc.lang.passes import PASSES

HEAVY = ("dspy", "jsonschema", "mlflow", "numpy", "torch")


def test_the_minimal_spec_becomes_an_ir(compile_with: Any) -> None:
    ir = compile_with({}).ir
    assert ir.city("berlin").language == "de"
    assert ir.places == {"berlin": {"2020s": "Rents rise faster than wages."}}
    assert [example.labels for example in ir.judges[0].examples] == [{"overall": 1.0}]
    assert set(ir.roles) == {"persona", "seeker", "supporter"}
    assert ir.profiles["quick"].turns == 4
    assert ir.persona_schema["properties"]["csi"]["x-visible-to"] == ["persona"]


def test_every_prompt_line_knows_its_place(compile_with: Any) -> None:
    ir = compile_with({}).ir
    seeker = ir.roles["seeker"].prompt
    assert [line.at for line in seeker.facts] == [
        "spec/roles/seeker.yaml:6",
        "spec/roles/seeker.yaml:7",
    ]
    assert seeker.turn[1].at == "spec/roles/seeker.yaml:8"
    assert ir.care_levels[1].guidance[0].at == "spec/care_levels.yaml:3"
    assert ir.constitution[0].line.at == "spec/constitution.yaml:2"
    assert ir.conversation.opening.at == "spec/conversation.yaml:1"
    assert ir.conversation.disclosure.levels[0].at == "spec/conversation.yaml:5"


def test_reindenting_moves_places_and_no_fingerprint(root: Path) -> None:
    before = compile_spec(root, root / "spec").ir
    for path in (root / "spec").rglob("*.yaml"):
        data = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        text = yaml.safe_dump(data, indent=6, allow_unicode=True)
        path.write_text(f"\n\n{text}", encoding="utf-8")
    after = compile_spec(root, root / "spec").ir
    assert before is not None and after is not None
    assert before != after
    assert fingerprint(before) == fingerprint(after)


def test_a_pass_is_named_like_its_file() -> None:
    for check in PASSES:
        assert check.__module__ == f"kakoc.lang.passes.{check.__name__}"
    files = Path(sys.modules["kakoc.lang.passes"].__path__[0]).glob("[!_]*.py")
    assert {path.stem for path in files} == {check.__name__ for check in PASSES}


def test_a_faulty_file_hides_no_fault_of_another(compile_with: Any) -> None:
    faulty = {
        "cities.yaml": "cities: 5\n",
        "profiles.yaml": "profiles:\n  - {name: a, personas: 1, turns: 1, min_turns: 2}\n",
    }
    assert [fault.code for fault in compile_with(faulty).diagnostics] == ["K203", "K407"]


def test_extra_passes_run_last_and_know_places(compile_with: Any) -> None:
    def complain(ir: Any, where: Any) -> list[Diagnostic]:
        place = where("safety.yaml", "rules", 0, "examples", "caught", 0)
        return [Diagnostic("K410", ir.rules[0].id, place)]

    compilation = compile_with({}, (complain,))
    assert compilation.ir is None
    assert [str(fault.span) for fault in compilation.diagnostics] == ["spec/safety.yaml:7:16"]
    faulty = compile_with({"project.yaml": "name: 5\n"}, (complain,))
    assert "K410" not in {fault.code for fault in faulty.diagnostics}


def test_warnings_of_extra_passes_leave_the_ir(compile_with: Any) -> None:
    def warn(ir: Any, where: Any) -> list[Diagnostic]:
        return [Diagnostic("K410", "unwise", where("safety.yaml"), "warning")]

    assert compile_with({}, (warn,)).ir is not None


def test_compiling_imports_nothing_heavy(root: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kakoc.lang import compile_spec\n"
        f"root = Path({str(root)!r}); assert compile_spec(root, root / 'spec').ir\n"
        f"assert not set({HEAVY}) & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])
