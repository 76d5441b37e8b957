"""Promoted prompts: used while their role is the same, kept and named when it is not."""

from __future__ import annotations

import json

from project_kit import ProjectFolder

PROMOTED = "optimizers/promoted/supporter.json"
WORDS = "You stay, and you speak plainly."


def promoted(project: ProjectFolder) -> str:
    """A promoted prompt for the Supporter as it is in the project's build."""
    manifest = project.kakoc("build", "--json").json
    demo = {
        "user": "I cannot sleep.",
        "assistant": {"reply": "The nights are long. What wakes you?"},
    }
    return json.dumps(
        {
            "version": 1,
            "role": "supporter",
            "parts": manifest["roles"]["supporter"],
            "instructions": [WORDS],
            "demos": [demo],
            "origin": "a test",
        }
    )


def state(project: ProjectFolder) -> dict[str, object]:
    """The Supporter's DSPy state in the newest build."""
    fingerprint = (project.artifacts / "build" / "current").read_text().strip()
    place = project.artifacts / "build" / fingerprint / "kakoverse" / "state" / "supporter.json"
    found: dict[str, object] = json.loads(place.read_text(encoding="utf-8"))["supporter"]
    return found


def test_a_promoted_prompt_is_what_the_build_says(built_project: ProjectFolder) -> None:
    built_project.lay({PROMOTED: promoted(built_project)})
    said = built_project.kakoc("build")
    assert said.code == 0
    assert "stale" not in said.err
    assert state(built_project)["signature"]["instructions"] == WORDS  # type: ignore[index]
    assert len(state(built_project)["demos"]) == 1  # type: ignore[arg-type]
    assert PROMOTED in built_project.kakoc("show", "supporter").out


def test_a_promoted_prompt_of_a_role_that_changed_is_kept_and_not_loaded(
    built_project: ProjectFolder,
) -> None:
    built_project.lay({PROMOTED: promoted(built_project)})
    built_project.edit("spec/constitution.yaml", "Name the feeling you hear.", "Name the feeling.")
    diff = built_project.kakoc("diff")
    assert "stale: the promoted prompt of supporter (words changed)" in diff.out
    said = built_project.kakoc("build")
    assert "the promoted prompt of supporter is stale (words changed): kept, not loaded" in said.err
    assert "Name the feeling." in state(built_project)["signature"]["instructions"]  # type: ignore[index]
    assert (built_project.root / PROMOTED).exists()


def test_another_roles_edit_leaves_it_alone(built_project: ProjectFolder) -> None:
    built_project.lay({PROMOTED: promoted(built_project)})
    built_project.edit("spec/roles/seeker.yaml", "Never repeat the helper's words.", "Be brief.")
    assert "stale" not in built_project.kakoc("build").err


def test_a_damaged_promoted_prompt_is_named(built_project: ProjectFolder) -> None:
    built_project.lay({PROMOTED: '{"role": "supporter"}'})
    said = built_project.kakoc("build")
    assert said.code == 1
    assert PROMOTED in said.err
    assert "help:" in said.err
