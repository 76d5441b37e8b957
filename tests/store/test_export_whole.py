"""Exports of everything: whole conversations, flat tables, the folder for the Hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from export_kit import THOUGHT, all_rows, data_files, everything, export, make_run, rows_of, talk

from kakoc.store.export import FORMS
from kakoc.store.export.columns import shaped
from kakoc.store.export.whole import CONVERSATIONS
from kakoc.store.runs import RunFolder

CONTEXT = {"note": "Told beside the conversation."}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path)


def loaded(out: Path, cache: Path) -> dict[str, dict[str, int]]:
    """Config -> split -> rows, as `datasets` reads a folder."""
    from datasets import get_dataset_config_names, load_dataset

    return {
        name: {
            split: rows.num_rows
            for split, rows in load_dataset(str(out), name, cache_dir=str(cache)).items()
        }
        for name in get_dataset_config_names(str(out))
    }


def test_the_hub_folder_has_a_config_for_each_use(run: RunFolder, tmp_path: Path) -> None:
    manifest = export(run, "hf", tmp_path / "out")
    found = loaded(tmp_path / "out", tmp_path / "cache")
    assert found == {name: table["rows"] for name, table in manifest["tables"].items()}
    assert list(manifest["tables"]) == ["preference", "sft", "kto", "conversations"]
    assert all(set(rows) == {"train", "dev", "test"} for rows in found.values())
    assert {
        path.relative_to(tmp_path / "out").parent.as_posix()
        for path in data_files(tmp_path / "out")
    } == {f"data/{name}" for name in manifest["tables"]}


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("by_city", [False, True])
def test_datasets_loads_every_table(
    run: RunFolder, tmp_path: Path, form: str, by_city: bool
) -> None:
    manifest = export(run, form, tmp_path / "out", by_city)
    found = loaded(tmp_path / "out", tmp_path / "cache")
    assert found == {name: table["rows"] for name, table in manifest["tables"].items()}


def test_columns_of_nothing_but_null_still_have_a_kind(tmp_path: Path) -> None:
    """A JSON reader that guesses would call them null, and fail on the next file."""
    from datasets import Value, load_dataset

    bare = [
        turn.model_copy(
            update={
                "chosen": None,
                "variants": tuple(v.model_copy(update={"reward": None}) for v in turn.variants),
            }
        )
        for turn in talk("cairo").turns
    ]
    export(make_run(tmp_path, [talk("cairo", bare)]), "jsonl", tmp_path / "out")
    rows = load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))["everything"]
    turns = rows.features["turns"].feature
    assert turns["chosen"] == turns["variants"].feature["reward"] == Value("float64")


def test_a_line_is_a_conversation_with_everything(run: RunFolder, tmp_path: Path) -> None:
    export(run, "jsonl", tmp_path / "out")
    rows = rows_of(tmp_path / "out" / "conversations.jsonl")
    (first, *_) = rows
    assert [row["id"] for row in rows] == ["of_cairo-c1", "of_lima-c1", "of_oslo-c1"]
    assert [turn["message"] for turn in first["turns"]] == ["Words of turn 1.", "Words of turn 2."]
    (variant, *_) = first["turns"][0]["variants"]
    assert (variant["text"], variant["reward"], variant["model"]) == (
        "A reply at 0.2.",
        0.2,
        "embedded/tiny@1234",
    )
    (verdict,) = variant["verdicts"]
    assert (verdict["judge"], verdict["score"]) == ("empathy", 0.2)
    assert verdict["reasons"] == ["It names the feeling."]


def test_flat_tables_join_by_conversation_and_turn(run: RunFolder, tmp_path: Path) -> None:
    export(run, "parquet", tmp_path / "out")
    tables = {path.stem: rows_of(path) for path in data_files(tmp_path / "out")}
    assert {name: len(rows) for name, rows in tables.items()} == {
        "personas": 3,
        "turns": 6,
        "variants": 18,
        "pairs": 18,
    }
    keys = {(row["conversation"], row["index"]) for row in tables["turns"]}
    assert {(row["conversation"], row["turn"]) for row in tables["variants"]} == keys
    assert [row["care"] for row in tables["variants"] if row["goes_on"]] == [0.8] * 6
    assert {row["score_empathy"] for row in tables["variants"]} == {0.2, 0.5, 0.8}
    assert json.loads(tables["personas"][0]["card"]) == {"age": 40}
    for rows in tables.values():
        assert not any(isinstance(value, dict) for value in rows[0].values())


@pytest.mark.parametrize("form", FORMS)
def test_thoughts_and_distress_stay_here(tmp_path: Path, form: str) -> None:
    talks = [talk("cairo", context=CONTEXT)]
    export(make_run(tmp_path, talks), form, tmp_path / "out")
    rows = json.dumps(list(all_rows(tmp_path / "out")))
    for private in (THOUGHT, "thought", "distress", CONTEXT["note"]):
        assert private not in rows


@pytest.mark.parametrize("form", ["jsonl", "parquet", "hf"])
def test_with_thoughts_they_come_along(tmp_path: Path, form: str) -> None:
    talks = [talk("cairo", context=CONTEXT)]
    manifest = export(make_run(tmp_path, talks), form, tmp_path / "out", with_thoughts=True)
    assert manifest["with_thoughts"]
    told = everything(tmp_path / "out")
    for private in (THOUGHT, '"distress": 7'):
        assert private in told
    assert (CONTEXT["note"] in told) == (form != "parquet")
    assert loaded(tmp_path / "out", tmp_path / "cache")


def test_no_trainer_sees_a_thought_even_when_asked(run: RunFolder, tmp_path: Path) -> None:
    for form in ("trl", "sft", "kto"):
        export(run, form, tmp_path / form, with_thoughts=True)
        assert THOUGHT not in everything(tmp_path / form)


def test_a_column_is_a_white_list() -> None:
    (index, *_) = CONVERSATIONS.columns
    assert shaped((index,), {"id": "a", "thought": "no"}) == {"id": "a"}
    with pytest.raises(KeyError):
        shaped((index,), {"thought": "no"})


def test_the_same_run_gives_the_same_bytes(run: RunFolder, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(run, "hf", tmp_path / name)
    one, two = (
        {
            p.relative_to(tmp_path / n): p.read_bytes()
            for p in (tmp_path / n).rglob("*")
            if p.is_file()
        }
        for n in ("one", "two")
    )
    assert one == two


@pytest.mark.parametrize("form", FORMS)
def test_every_row_holds_the_canary(run: RunFolder, tmp_path: Path, form: str) -> None:
    manifest = export(run, form, tmp_path / "out")
    assert {row["canary"] for row in all_rows(tmp_path / "out")} == {manifest["canary"]}
    assert manifest["canary"] in (tmp_path / "out" / "README.md").read_text()
