"""Exports for trainers, loaded by `datasets` and formatted by TRL itself, without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export_kit import (
    SYSTEM,
    all_pairs,
    export,
    make_run,
    pair,
    rows_of,
    side,
    talk,
    turn,
    variant,
)

from kakoc.store.runs import RunFolder

TEMPLATE = (
    "{% for m in messages %}<{{ m['role'] }}> {{ m['content'] }} </s>\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant> {% endif %}"
)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Any]:
    """`datasets.load_dataset` on a folder, with a cache of its own."""
    from datasets import load_dataset

    return lambda *asked: load_dataset(*map(str, asked), cache_dir=str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """A tokenizer of whole words, made here."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    texts = f"{SYSTEM} Words of turn 1 2 A reply at 0.2 0.5 0.8 <system> <user> <assistant> </s>"
    words = sorted({*texts.split(), "Words", "1.", "2.", "0.2.", "0.5.", "0.8."})
    model = models.WordLevel({"<unk>": 0} | {w: n for n, w in enumerate(words, 1)}, "<unk>")
    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>", eos_token="</s>")
    wrapped.chat_template = TEMPLATE
    return wrapped


def test_a_pair_is_what_trl_calls_preference(
    run: RunFolder, load: Callable[..., Any], tokenizer: Any, tmp_path: Path
) -> None:
    from trl.data_utils import apply_chat_template, is_conversational

    export(run, "trl", tmp_path / "out", by_city=True)
    loaded = load(tmp_path / "out")
    assert {name: part.num_rows for name, part in loaded.items()} == {
        "train": 6,
        "dev": 6,
        "test": 6,
    }
    rows = list(loaded["train"])
    assert all(is_conversational(row) for row in rows)
    told = apply_chat_template(rows[-1], tokenizer)
    assert told["prompt"].endswith("<user> Words of turn 2. </s>\n<assistant> ")
    assert (told["chosen"], told["rejected"]) == (
        "A reply at 0.8. </s>\n",
        "A reply at 0.5. </s>\n",
    )
    assert tokenizer.unk_token_id not in tokenizer("".join(told.values()))["input_ids"]


def test_a_conversation_is_what_trl_calls_language_modeling(
    run: RunFolder, load: Callable[..., Any], tokenizer: Any, tmp_path: Path
) -> None:
    from trl.data_utils import apply_chat_template

    export(run, "sft", tmp_path / "out")
    (row, *_) = load(tmp_path / "out", "sft")["everything"]
    roles = [message["role"] for message in row["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant"]
    assert (row["turns"], row["cares"]) == (2, [0.8, 0.8])
    text = apply_chat_template(row, tokenizer)["text"]
    assert text.startswith(f"<system> {SYSTEM} </s>")
    assert text.count("<assistant> A reply at 0.8. </s>") == 2
    ids = tokenizer.apply_chat_template(row["messages"], tokenize=True)["input_ids"]
    assert ids and tokenizer.unk_token_id not in ids


def test_a_labelled_reply_is_what_trl_calls_unpaired_preference(
    run: RunFolder, load: Callable[..., Any], tokenizer: Any, tmp_path: Path
) -> None:
    from trl.data_utils import maybe_apply_chat_template

    export(run, "kto", tmp_path / "out", by_city=True)
    rows = list(load(tmp_path / "out")["dev"])
    told = [maybe_apply_chat_template(row, tokenizer) for row in rows]
    assert [(each["completion"], each["label"]) for each in told] == [
        ("A reply at 0.2. </s>\n", False),
        ("A reply at 0.8. </s>\n", True),
    ] * 2
    assert {row["label"] for row in rows} == {True, False}


def test_a_reply_that_won_and_lost_has_no_label(run: RunFolder, tmp_path: Path) -> None:
    manifest = export(run, "kto", tmp_path / "out")
    assert manifest["tables"]["kto"] == {
        "rows": {"everything": 12},
        "left_out": {"won one head-to-head and lost another": 6},
    }
    assert {row["care"] for row in rows_of(tmp_path / "out" / "kto.jsonl")} == {0.2, 0.8}


def test_rows_of_one_turn_of_two_people_are_not_mixed(tmp_path: Path) -> None:
    pairs = [
        pair("cairo", 1, side(0.8), side(0.2)),
        pair("lima", 1, side(0.2), side(0.8)),
    ]
    export(make_run(tmp_path, pairs=pairs), "kto", tmp_path / "out")
    told = [(r["city"], r["care"], r["label"]) for r in rows_of(tmp_path / "out" / "kto.jsonl")]
    assert told == [
        ("cairo", 0.2, False),
        ("cairo", 0.8, True),
        ("lima", 0.2, True),
        ("lima", 0.8, False),
    ]


def test_the_split_of_a_conversation_is_that_of_its_citys_pairs(tmp_path: Path) -> None:
    talks = [talk(city) for city in ("oslo", "cairo", "quito")]
    export(make_run(tmp_path, talks), "sft", tmp_path / "out", by_city=True)
    held = {
        path.name: [row["city"] for row in rows_of(path)]
        for path in (tmp_path / "out").glob("*.jsonl")
    }
    # Nobody made pairs in quito, and nobody lived in lima: its split has no file.
    assert held == {"sft-train.jsonl": ["cairo", "quito"], "sft-test.jsonl": ["oslo"]}


def test_a_path_ends_before_what_cannot_be_shown(tmp_path: Path) -> None:
    lost = variant(0.8, status="failed", reason="no reply")
    talks = [
        talk("cairo", [turn(1), turn(2, [variant(0.2), lost], 0.8), turn(3)]),
        talk("lima", [turn(1, chosen=None)]),
        talk("oslo", status="failed"),
    ]
    manifest = export(make_run(tmp_path, talks), "sft", tmp_path / "out")
    (row,) = rows_of(tmp_path / "out" / "sft.jsonl")
    assert (row["city"], row["turns"], len(row["messages"])) == ("cairo", 1, 3)
    assert manifest["tables"]["sft"]["left_out"] == {
        "no exchange that may be shown": 1,
        "the conversation is not ok": 1,
    }


def test_a_margin_that_the_gate_overruled_is_not_subtracted(tmp_path: Path) -> None:
    pairs = [pair("cairo", 1, side(0.2), side(0.8), margin=-0.6)]
    export(make_run(tmp_path, pairs=pairs), "trl", tmp_path / "out")
    (row,) = rows_of(tmp_path / "out" / "preference.jsonl")
    assert (row["margin"], row["chosen_reward"], row["rejected_reward"]) == (0.0, 0.2, 0.8)


def test_a_row_keeps_where_the_pair_came_from(run: RunFolder, tmp_path: Path) -> None:
    export(run, "trl", tmp_path / "out")
    rows = rows_of(tmp_path / "out" / "preference.jsonl")
    assert [row["id"] for row in rows] == [each.id for each in all_pairs()]
    assert {(row["city"], row["split"]) for row in rows} == {
        ("cairo", "train"),
        ("lima", "dev"),
        ("oslo", "test"),
    }
    assert {row["first"] for row in rows} == {"chosen"}
