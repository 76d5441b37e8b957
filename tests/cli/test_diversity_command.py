"""`kakoc diversity` and `kakoc search` on corpora whose diversity is known, by the real MiniLM."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_kit import COLLAPSED, REPLIES, SAME_REPLIES, VARIED, make_corpus
from project_kit import ProjectFolder

from kakoc.store.lance import open_table
from kakoc.store.lance_texts import TABLES
from kakoc.store.runs import RunFolder


@pytest.fixture
def varied(project: ProjectFolder) -> RunFolder:
    return make_corpus(project.artifacts / "runs" / "varied-1", VARIED, REPLIES)


@pytest.fixture
def collapsed(project: ProjectFolder) -> RunFolder:
    return make_corpus(project.artifacts / "runs" / "collapsed-1", COLLAPSED, SAME_REPLIES)


def test_a_collapsed_corpus_fails_its_floor_and_a_varied_one_passes(
    project: ProjectFolder, varied: RunFolder, collapsed: RunFolder
) -> None:
    good = project.kakoc("diversity", varied.id, "--json")
    assert (good.code, good.json["below"]) == (0, [])
    bad = project.kakoc("diversity", collapsed.id, "--json")
    assert bad.code == 1
    fallen = {(one["kind"], one["figure"]) for one in bad.json["below"]}
    assert ("conversation", "vendi") in fallen
    assert "kakoc: vendi of the conversation texts is" in bad.err
    assert "floors stand in spec/diversity.yaml" in bad.err
    for kind in ("persona", "conversation", "turn"):
        one, other = good.json["kinds"][kind], bad.json["kinds"][kind]
        assert one["texts"] == other["texts"]
        assert one["vendi"] > 2 * other["vendi"]
        assert one["similarity"] < other["similarity"]
        assert one["near_duplicates"]["groups"] == 0 < other["near_duplicates"]["groups"]
    assert set(good.json["kinds"]["variant"]["by"]["care"]) == {"0.2", "0.8"}
    assert good.json["kinds"]["turn"]["by"]["city"]["oslo"]["texts"] == 10
    assert set(good.json["kinds"]["persona"]["by"]["decade"]) == {"1950s", "1960s", "1970s"}


def test_two_runs_are_compared(
    project: ProjectFolder, varied: RunFolder, collapsed: RunFolder
) -> None:
    again = make_corpus(project.artifacts / "runs" / "varied-2", VARIED, REPLIES)
    beside = ("--against", collapsed.id, "--against", again.id)
    said = project.kakoc("diversity", varied.id, *beside, "--json")
    other, same = said.json["against"]
    assert other["drift"]["turn"]["p"] < 0.01
    assert same["drift"]["turn"]["p"] == 1
    assert other["nearest"]["conversation"]["too_close"] == 0
    assert same["nearest"]["conversation"]["too_close"] == 10
    closest = same["nearest"]["conversation"]["closest"][0]
    assert (closest["id"], closest["similarity"]) == (closest["other"], pytest.approx(1, abs=1e-4))
    told = project.kakoc("diversity", varied.id, *beside)
    assert told.code == 0
    assert "Nearest texts of run collapsed-1" in told.out
    assert "Drift from run varied-2" in told.out


def test_what_is_embedded_is_not_embedded_again_and_an_export_names_its_version(
    project: ProjectFolder, varied: RunFolder, collapsed: RunFolder, tmp_path: Path
) -> None:
    first = project.kakoc("diversity", varied.id, "--json")
    assert "embedding" in first.err
    assert "embedding" not in project.kakoc("diversity", varied.id).err
    versions = first.json["lance"]["versions"]
    assert set(versions) == set(TABLES.values())
    project.kakoc("diversity", collapsed.id)  # later versions of the same tables

    export = ("export", varied.id, "--format", "hf", "-o", tmp_path / "set")
    said = project.kakoc(*export, "--json")
    assert said.code == 0, said.err
    assert said.json["lance"] == versions
    card = (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    assert f"`variant_texts` version {versions['variant_texts']}" in card
    table = open_table(first.json["lance"]["uri"], "turn_texts")
    table.checkout(versions["turn_texts"])
    assert {row["run"] for row in table.to_arrow().to_pylist()} == {varied.id}

    # Data that are others since stand in no version.
    path = varied.path / "conversations.jsonl"
    path.write_bytes(path.read_bytes().replace(b"coat", b"hat"))
    other = project.kakoc(*export[:-1], tmp_path / "other", "--json")
    assert other.json["lance"] == {}


def test_texts_are_found_by_meaning_by_words_and_by_both(
    project: ProjectFolder, varied: RunFolder
) -> None:
    def found(*options: str) -> list[str]:
        said = project.kakoc("search", *options, "--json")
        assert said.code == 0, said.err
        return [row["text"] for row in said.json]

    meant = found(
        "I cannot pay for my flat", "--kind", "conversation", "--by", "vector", "--limit", "1"
    )
    assert meant == [VARIED[1]]
    assert found("trams", "--by", "text", "--kind", "conversation") == [VARIED[3]]
    assert VARIED[4] in found("my daughter lives far away", "--kind", "conversation")[:3]
    where = ("--where", "care > 0.5 AND reward > 0.5", "--limit", "50")
    replies = found("silence", "--kind", "variant", *where)
    assert len(replies) == 10
    assert all(text.endswith("I am here.") for text in replies)
    shown = project.kakoc("search", "trams", "--by", "text")
    assert "varied-1 · seeker_003-c1-t1 · oslo · turn 1" in shown.out


def test_a_wrong_condition_is_the_users_fault(project: ProjectFolder, varied: RunFolder) -> None:
    said = project.kakoc("search", "trams", "--where", "town = 'oslo'")
    assert said.code == 1
    assert "No field named town" in said.err
    assert "columns: run, persona, city" in said.err


def test_tables_lie_where_the_setting_says(
    project: ProjectFolder, varied: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKOC_LANCE", str(tmp_path / "tables"))
    said = project.kakoc("diversity", varied.id, "--json")
    assert said.json["lance"]["uri"] == str(tmp_path / "tables")
    assert (tmp_path / "tables").is_dir()
    assert not (project.artifacts / "lance").exists()


def test_without_any_run_there_is_nothing_to_find(project: ProjectFolder) -> None:
    said = project.kakoc("search", "trams")
    assert said.code == 1
    assert "there is no text of kind turn yet" in said.err
