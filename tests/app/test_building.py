"""When a build does something, when it does nothing, and what it says when it cannot."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pytest
from project_kit import ProjectFolder, own_imports

from kakoc.app import compiling
from kakoc.app.building import BuildResult, build
from kakoc.app.inputs import changed, inputs
from kakoc.errors import JudgeError, SpecError
from kakoc.ir import JudgeSpec
from kakoc.ports import Embedder
from kakoc.project import find_project
from kakoc.store.files import read_json

SEEKER = "spec/roles/seeker.yaml"


def built_again(project: ProjectFolder) -> BuildResult:
    with own_imports():
        return build(find_project(project.root))


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def fault_of(project: ProjectFolder) -> tuple[str, str, str]:
    """Code, file and message of the one fault that a build stops at."""
    with pytest.raises(SpecError) as stopped:
        built_again(project)
    (fault,) = stopped.value.diagnostics
    return fault.code, str(fault.span), fault.message


@pytest.fixture
def fitted(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Judge heads as the build has them, without fitting anew; tells which were asked for."""
    asked: list[str] = []

    def fit_head(spec: JudgeSpec, embedder: Embedder) -> compiling.Head:
        asked.append(spec.name)
        (head,) = (built / "build").glob(f"*/judges/{spec.name}.json")
        return compiling.Head.model_validate(read_json(head))

    # What was fitted before lies in a cache of the user's; here it begins with the session's heads.
    real, own = compiling.cache_folder() / "heads", tmp_path / "cache"
    shutil.copytree(real, own / "heads")
    monkeypatch.setattr(compiling, "cache_folder", lambda: own)
    monkeypatch.setattr(compiling, "fit_head", fit_head)
    return asked


def test_nothing_changed_nothing_written(built_project: ProjectFolder) -> None:
    before = times(built_project.root)
    result = built_again(built_project)
    assert (result.changed, result.written) == ([], [])
    assert times(built_project.root) == before


def test_the_command_says_that_nothing_was_to_do(built_project: ProjectFolder) -> None:
    fingerprint = (built_project.artifacts / "build" / "current").read_text().strip()
    said = built_project.kakoc("build")
    assert (said.code, said.out, said.err) == (0, f"build {fingerprint} is up to date\n", "")


def test_reindenting_keeps_the_identity(built_project: ProjectFolder) -> None:
    before = built_again(built_project).fingerprint
    path = built_project.root / SEEKER
    lines = path.read_text(encoding="utf-8").splitlines()
    wider = [f"  {line}" if line.startswith(" ") else line for line in lines]
    built_project.lay({SEEKER: "# moved down\n\n" + "\n".join(wider) + "\n"})
    after = built_again(built_project)
    assert (after.fingerprint, after.changed) == (before, [SEEKER])
    # The places that a sheet shows did move.
    assert sorted(after.written) == ["ir.json", "sheets/seeker.txt"]
    assert built_again(built_project).written == []


def test_one_safety_rule_makes_another_build(
    built_project: ProjectFolder, fitted: list[str]
) -> None:
    before = built_again(built_project).fingerprint
    built_project.edit(
        "spec/safety.yaml", "why: No sexual content at all, on either side.", "why: None at all."
    )
    after = built_again(built_project)
    assert after.fingerprint != before
    assert after.changed == ["spec/safety.yaml"]
    assert fitted == []


def test_only_the_judge_that_changed_is_fitted_again(
    built_project: ProjectFolder, fitted: list[str]
) -> None:
    name = "spec/judges/presence/nadia.yaml"
    text = (built_project.root / name).read_text(encoding="utf-8")
    built_project.lay({name: text.replace("?", "? ", 1)})
    assert built_again(built_project).changed == [name]
    assert fitted == ["presence"]


def test_what_no_head_learns_from_fits_none_again(
    built_project: ProjectFolder, fitted: list[str]
) -> None:
    weights = (
        ("0.85\n    rubric", "0.2", "0.3"),
        ("0.7\n    features: both\n    reads", "0.2", "0.1"),
    )
    for rest, old, new in weights:
        floor = f"\n    floor: {rest}"
        built_project.edit("spec/judges.yaml", f"{old}{floor}", f"{new}{floor}")
    built_project.edit("spec/judges.yaml", "The reply stays with", "It stays with")
    assert built_again(built_project).changed == ["spec/judges.yaml"]
    assert fitted == []


def test_a_floor_holds_for_a_head_that_is_there_already(built_project: ProjectFolder) -> None:
    built_project.edit("spec/judges.yaml", "0.6\n    floor: 0.85", "0.6\n    floor: 0.999")
    with pytest.raises(JudgeError, match=r"below its floor of 0\.999"):
        built_again(built_project)


def test_going_back_finds_the_old_build(built_project: ProjectFolder) -> None:
    before = built_again(built_project).fingerprint
    built_project.edit("spec/conversation.yaml", "redraws: 5", "redraws: 3")
    between = built_again(built_project).fingerprint
    built_project.edit("spec/conversation.yaml", "redraws: 3", "redraws: 5")
    assert built_again(built_project).fingerprint == before != between


def test_a_class_that_is_not_there_is_shown_where_it_is_used(project: ProjectFolder) -> None:
    project.edit(SEEKER, "use: modules.seeker:Seeker", "use: modules.seeker:Seekr")
    code, place, message = fault_of(project)
    assert code == "K501"
    assert place.startswith(f"{SEEKER}:{project.line_of(SEEKER, 'use:')}:")
    assert message.endswith("modules.seeker has no 'Seekr'; did you mean Seeker?")
    assert not project.artifacts.exists()


def test_a_module_that_is_not_there_is_shown_where_it_is_used(project: ProjectFolder) -> None:
    project.edit("spec/judges.yaml", "use: modules.judges:Empathy", "use: modules.judge:Empathy")
    code, place, message = fault_of(project)
    assert code == "K501"
    line = project.line_of("spec/judges.yaml", "modules.judge:")
    assert place.startswith(f"spec/judges.yaml:{line}:")
    assert "cannot import modules.judge" in message


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("1 / 0\n", "division by zero"),
        ("class Seeker:\n", "expected an indented block"),
        ("import no_such_package\n", "No module named 'no_such_package'"),
        ("raise SystemExit('enough')\n", "enough"),
    ],
)
def test_project_code_that_raises_is_a_diagnostic(
    project: ProjectFolder, code: str, reason: str
) -> None:
    project.lay({"modules/seeker.py": code})
    said = project.kakoc("build")
    assert said.code == 1
    assert said.err.splitlines()[1].startswith(f"{SEEKER}:{project.line_of(SEEKER, 'use:')}:")
    assert "error[K501]" in said.err
    assert reason in said.err
    assert "Traceback" not in said.err


def test_code_of_another_project_is_refused(
    project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = tmp_path / "elsewhere" / "modules"
    stranger.mkdir(parents=True)
    (stranger / "__init__.py").write_text("")
    (stranger / "seeker.py").write_text("class Seeker: ...\n")
    monkeypatch.syspath_prepend(stranger.parent)
    importlib.invalidate_caches()
    said = project.kakoc("build")
    assert said.code == 1
    assert f"`modules` resolves to {stranger / '__init__.py'}, outside of the project" in said.err


def test_inputs_notice_what_comes_and_goes(project: ProjectFolder) -> None:
    opened = find_project(project.root)
    before = inputs(opened)
    project.lay(
        {"spec/places/mars.yaml": "region: mars\n", "optimizers/promoted/seeker.json": "{}"}
    )
    (project.root / "modules" / "persona.py").unlink()
    project.edit("modules/seeker.py", "One call.", "A call.")
    assert changed(before, inputs(opened)) == [
        "modules/persona.py",
        "modules/seeker.py",
        "optimizers/promoted/seeker.json",
        "spec/places/mars.yaml",
    ]


def test_inputs_leave_out_what_no_build_reads(project: ProjectFolder) -> None:
    opened = find_project(project.root)
    before = inputs(opened)
    project.lay({"README.md": "", "spec/notes.txt": "", "modules/data.bin": ""})
    project.lay({"artifacts/build/x/manifest.json": "{}"})
    assert changed(before, inputs(opened)) == []
