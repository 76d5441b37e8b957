"""`kakoc diff`: what an edit does, before it is paid for."""

from __future__ import annotations

import pytest
from project_kit import ProjectFolder

from kakoc.cli.diff import word_diff

SUPPORTER = "spec/roles/supporter.yaml"


def test_nothing_edited_no_difference(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("diff")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "no difference in meaning"


def test_a_word_of_a_prompt_is_shown_at_its_place(built_project: ProjectFolder) -> None:
    line = built_project.line_of(SUPPORTER, "feel steadier.")
    built_project.edit(SUPPORTER, "help them feel steadier.", "help them feel safe.")
    said = built_project.kakoc("diff")
    assert f"{SUPPORTER}:{line}: " in said.out
    assert "feel [-steadier.-]{+safe.+}" in said.out
    assert "supporter: words" in said.out
    # 69 x 20 x 3: every conversation of the full profile would be held anew.
    assert "69 conversations, 4140 head-to-heads" in said.out


def test_a_line_that_comes_and_one_that_goes(built_project: ProjectFolder) -> None:
    constitution = "spec/constitution.yaml"
    text = (built_project.root / constitution).read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "id: pace," not in line]
    added = "  - {id: silence, line: Let a silence be.}"
    built_project.lay({constitution: "\n".join([*kept, added]) + "\n"})
    found = built_project.kakoc("diff", "--json").json
    changes = {(row["before"], row["after"]) for row in found["prompts"]["supporter"]}
    assert ("", "- Let a silence be.") in changes
    assert ("- Go slowly. One question at a time.", "") in changes
    assert not found["prompts"]["seeker"]


def test_a_safety_rule_changes_no_prompt_and_rebuilds_one_file(
    built_project: ProjectFolder,
) -> None:
    built_project.edit("spec/safety.yaml", "id: self_harm_means", "id: self_harm_ways")
    found = built_project.kakoc("diff", "--json").json
    assert found["rules"] == ["self_harm_means", "self_harm_ways"]
    assert not any(found["prompts"].values())
    said = built_project.kakoc("build", "--json")
    assert said.json["changed"] == ["spec/safety.yaml"]
    assert said.json["written"] == ["ir.json"]


def test_a_contact_that_may_be_named_moves_a_hard_line(built_project: ProjectFolder) -> None:
    entry = (
        "entries:\n  - kind: crisis_line\n    name: A made up line\n    where: berlin\n"
        '    contact: ["000"]\n    verified_on: 2026-11-02\n    source: Nobody looked.\n'
    )
    built_project.edit("spec/resources.yaml", "entries: []\n", entry)
    found = built_project.kakoc("diff", "--json").json
    assert found["rules"] == ["invented_contact"]
    assert found["conversations"] == 69
    said = built_project.kakoc("build", "--json")
    assert (said.json["changed"], said.json["written"]) == (["spec/resources.yaml"], ["ir.json"])


def test_an_edit_of_the_world_names_the_people_it_changes(built_project: ProjectFolder) -> None:
    built_project.edit("spec/problems.yaml", "name: Burnout", "name: Burning out")
    found = built_project.kakoc("diff", "--json").json
    assert 0 < found["personas"] < found["planned"] == 69
    assert found["conversations"] == found["personas"]
    # The persona, the opening, then 20 turns of three variants and three look-aheads.
    assert found["calls"] == found["personas"] * (2 + 20 * 6)


def test_a_build_that_is_not_there(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("diff", "0123456789ab")
    assert said.code == 1
    assert "there is no build 0123456789ab" in said.err


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("one two", "one three", "one [-two-]{+three+}"),
        ("", "came", "{+came+}"),
        ("went", "", "[-went-]"),
        ("same", "same", "same"),
    ],
)
def test_a_word_diff_reads_like_gits(before: str, after: str, shown: str) -> None:
    assert word_diff(before, after) == shown


def test_a_profile_that_is_not_there(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("diff", "--profile", "nope")
    assert said.code == 1
    assert "no profile 'nope'" in said.err


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("spec/models.yaml", "supporter: smollm2", "supporter: local-server"),
        ("spec/profiles.yaml", "turns: 20\n    min_turns: 10", "turns: 18\n    min_turns: 10"),
        ("spec/conversation.yaml", "gain: 0.3", "gain: 0.2"),
    ],
)
def test_what_steers_a_conversation_means_all_of_them_anew(
    built_project: ProjectFolder, file: str, old: str, new: str
) -> None:
    built_project.edit(file, old, new)
    found = built_project.kakoc("diff", "--json").json
    assert (found["personas"], found["conversations"]) == (0, 69)
