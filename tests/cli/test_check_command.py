"""`kakoc check` in its three formats, and `explain` of the codes that it prints."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from project_kit import ProjectFolder

from kakoc.cli import run
from kakoc.cli.clock import today
from kakoc.lang.codes import CODES

TITLE = "title: KAKOverse"
FIELDS = {
    *("code", "severity", "message", "file", "line", "column"),
    *("end_line", "end_column", "help"),
}


@pytest.fixture
def faulty(project: ProjectFolder) -> ProjectFolder:
    """A project whose first title is misspelt."""
    project.edit("spec/project.yaml", TITLE, "titel: KAKOverse")
    return project


def test_the_projects_own_spec_is_clean(project: ProjectFolder) -> None:
    said = project.kakoc("check")
    assert (said.code, said.out, said.err) == (0, "", "0 errors, 0 warnings\n")


def test_the_spec_can_be_named_from_anywhere(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root.parent)
    assert project.kakoc("check", project.root / "spec").code == 0
    assert project.kakoc("check", "--project", project.root).code == 0


def test_a_fault_is_shown_in_its_line(faulty: ProjectFolder) -> None:
    said = faulty.kakoc("check")
    line = faulty.line_of("spec/project.yaml", "titel")
    assert said.code == 1
    assert f"spec/project.yaml:{line}:1 error[K" in said.out
    assert "did you mean `title`?" in said.out
    assert re.search(r"^\s*\| \^{5}$", said.out, re.MULTILINE)
    assert said.err == "1 error, 0 warnings\n"


def test_json_is_for_machines(faulty: ProjectFolder) -> None:
    said = faulty.kakoc("check", "--format", "json")
    assert (said.code, said.err) == (1, "")
    fault = said.json[0]
    assert set(fault) == FIELDS
    assert fault["severity"] == "error"
    assert fault["code"] in CODES
    assert (fault["file"], fault["line"]) == (
        "spec/project.yaml",
        faulty.line_of("spec/project.yaml", "titel"),
    )


def test_json_of_a_clean_spec_is_an_empty_list(project: ProjectFolder) -> None:
    said = project.kakoc("check", "--format", "json")
    assert (said.code, said.json) == (0, [])


def test_github_gets_annotations(faulty: ProjectFolder) -> None:
    said = faulty.kakoc("check", "--format", "github")
    line = faulty.line_of("spec/project.yaml", "titel")
    assert said.code == 1
    assert said.out.startswith(f"::error file=spec/project.yaml,line={line},")
    assert all(text.startswith("::error ") for text in said.out.splitlines())


def test_a_safety_rule_that_misses_its_own_example_is_a_fault(project: ProjectFolder) -> None:
    caught = "Let me describe a sexual fantasy for you."
    project.edit("spec/safety.yaml", f'"{caught}"', '"Tell me about the weather."')
    said = project.kakoc("check", "--format", "json")
    line = project.line_of("spec/safety.yaml", "Tell me about the weather.")
    found = [(fault["code"], fault["file"], fault["line"]) for fault in said.json]
    assert (said.code, found) == (1, [("K410", "spec/safety.yaml", line)])


def entry(day: str) -> str:
    """An entry of resources.yaml, verified on a day."""
    return (
        "entries:\n  - kind: crisis_line\n    name: A made up line\n    where: berlin\n"
        f'    contact: ["000"]\n    verified_on: {day}\n    source: Nobody looked.\n'
    )


def test_a_resource_that_was_verified_long_ago_is_a_warning(project: ProjectFolder) -> None:
    project.edit("spec/resources.yaml", "entries: []\n", entry("1999-01-01"))
    line = project.line_of("spec/resources.yaml", "verified_on: 1999")
    said = project.kakoc("check")
    assert (said.code, said.err) == (0, "0 errors, 1 warning\n")
    assert f"spec/resources.yaml:{line}:18 warning[K442]: `A made up line`" in said.out
    assert project.kakoc("check", "--format", "github").out.startswith("::warning file=spec/res")


def test_a_resource_cannot_have_been_verified_in_the_future(project: ProjectFolder) -> None:
    project.edit("spec/resources.yaml", "entries: []\n", entry("2999-01-01"))
    line = project.line_of("spec/resources.yaml", "verified_on: 2999")
    said = project.kakoc("check")
    assert (said.code, said.err) == (1, "1 error, 0 warnings\n")
    assert f"spec/resources.yaml:{line}:18 error[K441]: `A made up line`" in said.out
    build = project.kakoc("build")
    assert build.code == 1
    assert said.out.strip() in build.err


def test_a_resource_of_today_has_no_fault(project: ProjectFolder) -> None:
    project.edit("spec/resources.yaml", "entries: []\n", entry(f"{today():%Y-%m-%d}"))
    assert project.kakoc("check").err == "0 errors, 0 warnings\n"


def test_the_day_is_one_that_has_begun_somewhere() -> None:
    assert today() - datetime.now(UTC).date() in (timedelta(0), timedelta(days=1))


def test_all_commands_that_compile_report_the_same_faults(faulty: ProjectFolder) -> None:
    shown = faulty.kakoc("check").out.strip()
    for command in (["build"], ["show", "seeker"], ["generate", "--lm", "http/stub"]):
        said = faulty.kakoc(*command)
        assert said.code == 1
        assert shown in said.err
        assert said.out == ""


@pytest.mark.parametrize("code", CODES)
def test_explain_shows_a_bad_and_a_good_example(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", code.lower()]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"{code}: {CODES[code].title}\n")
    assert "\nBad, " in text
    assert "\nGood, " in text


def test_explain_knows_near_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "K20"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("kakoc: no code 'K20'\n  help: near: K20")


def test_check_writes_nothing(project: ProjectFolder) -> None:
    before = sorted(project.root.rglob("*"))
    project.kakoc("check")
    project.kakoc("show", "persona")
    assert sorted(project.root.rglob("*")) == before


def test_models_are_listed_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["smollm2-135m"]["kind"] == "chat"
    assert rows["minilm"]["kind"] == "embedding"
    assert all(len(row["sha256"]) == 64 and row["megabytes"] > 50 for row in rows.values())


def test_models_are_listed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models"]) == 0
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()] == ["smollm2-135m", "minilm"]
    assert "--lm embedded/PATH" in said.err


def test_a_shown_line_stands_where_it_says(project: ProjectFolder) -> None:
    said = project.kakoc("show", "supporter")
    # A demo is put together from several lines.
    line = r"^(spec/\S+\.yaml):(\d+) ++(?!user: |assistant: )(.*\S)$"
    places = re.findall(line, said.out, re.MULTILINE)
    assert said.code == 0
    assert {file for file, _, _ in places} >= {
        "spec/roles/supporter.yaml",
        "spec/constitution.yaml",
    }
    for file, number, text in places:
        line = (project.root / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]
        assert text.removeprefix("- ") in line.replace('\\"', '"')
