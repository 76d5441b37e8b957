"""Preference data: TRL's conversational format, the same as JSONL and as Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kakoc.store.preferences import preference_jsonl, preference_parquet, preference_rows
from kakoc.types import Pair

MakePair = Callable[..., Pair]


def json_rows(pairs: list[Pair]) -> list[Any]:
    return [json.loads(line) for line in preference_jsonl(pairs).splitlines()]


def table(pairs: list[Pair]) -> pa.Table:
    return pq.read_table(io.BytesIO(preference_parquet(pairs)))


def test_the_rows_of_both_files_are_the_same(pair: MakePair) -> None:
    pairs = [pair(turn=turn, margin=turn / 4) for turn in (1, 2, 3)]
    assert table(pairs).to_pylist() == json_rows(pairs) == list(preference_rows(pairs))
    assert set(table(pairs).column_names) == set(json_rows(pairs)[0])


def test_a_row_has_the_shape_that_trl_calls_conversational_with_explicit_prompt(
    pair: MakePair,
) -> None:
    (row,) = json_rows([pair()])
    assert [message["role"] for message in row["prompt"]] == ["system", "user"]
    assert row["chosen"] == [{"role": "assistant", "content": "The better one."}]
    assert row["rejected"] == [{"role": "assistant", "content": "The other."}]
    for message in (*row["prompt"], *row["chosen"], *row["rejected"]):
        assert message.keys() == {"role", "content"}


def test_a_row_says_where_it_came_from_and_by_how_much_it_was_won(pair: MakePair) -> None:
    (row,) = json_rows([pair(turn=2)])
    assert (row["id"], row["turn"]) == ("seeker_001-c1-t02-0.2-0.8", 2)
    assert (row["margin"], row["chosen_reward"], row["rejected_reward"]) == (0.25, 0.75, 0.5)
    assert (row["chosen_care"], row["rejected_care"]) == (0.8, 0.2)


def test_no_pairs_is_a_valid_file_with_the_same_columns(pair: MakePair) -> None:
    assert preference_jsonl([]) == b""
    assert table([]).num_rows == 0
    assert table([]).schema == table([pair()]).schema
