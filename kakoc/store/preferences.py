"""Pairs as preference data: TRL's conversational format with an explicit prompt.

`prompt` holds chat messages (system, then user and assistant in turn), `chosen` and `rejected` one
assistant message each (TRL, "Dataset formats", preference, conversational, explicit prompt).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from kakoc.types import Pair


def preference_rows(pairs: Iterable[Pair]) -> Iterator[dict[str, Any]]:
    """One row a pair."""
    for pair in pairs:
        yield {
            "prompt": list(pair.prompt),
            "chosen": [{"role": "assistant", "content": pair.chosen.text}],
            "rejected": [{"role": "assistant", "content": pair.rejected.text}],
            "margin": pair.margin,
            "id": pair.id,
            "persona": pair.persona,
            "city": pair.city,
            "language": pair.language,
            "turn": pair.turn,
            "chosen_care": pair.chosen.care,
            "rejected_care": pair.rejected.care,
            "chosen_reward": pair.chosen.reward,
            "rejected_reward": pair.rejected.reward,
        }


def preference_jsonl(pairs: Iterable[Pair]) -> bytes:
    return b"".join(
        json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in preference_rows(pairs)
    )


def preference_parquet(pairs: Iterable[Pair]) -> bytes:
    """The same rows as Parquet; the schema is fixed, so that no pairs is a valid file too."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    message = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    numbers = ("margin", "chosen_care", "rejected_care", "chosen_reward", "rejected_reward")
    schema = pa.schema(
        [(name, message) for name in ("prompt", "chosen", "rejected")]
        + [(name, pa.string()) for name in ("id", "persona", "city", "language")]
        + [("turn", pa.int64())]
        + [(name, pa.float64()) for name in numbers]
    )
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(preference_rows(pairs)), schema=schema), sink)
    return sink.getvalue()
