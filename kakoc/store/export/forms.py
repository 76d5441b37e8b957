"""The formats: which tables each holds and how it lies on disk. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kakoc.store.export.columns import Table
from kakoc.store.export.flat import flat_tables
from kakoc.store.export.source import Source
from kakoc.store.export.training import KTO, PREFERENCE, SFT
from kakoc.store.export.whole import CONVERSATIONS


@dataclass(frozen=True, slots=True)
class Form:
    """How a format looks on disk."""

    tables: Callable[[Source], tuple[Table, ...]]
    kind: Literal["jsonl", "parquet"]
    has_pairs: bool
    """Whether what it holds was made of pairs."""
    hub: bool = False
    """Laid out for the Hub: always by split, a folder a table."""

    def path(self, table: str, split: str, by_city: bool) -> str:
        if self.hub:
            return f"data/{table}/{split}-00000-of-00001.{self.kind}"
        return f"{table}-{split}.{self.kind}" if by_city else f"{table}.{self.kind}"


FORMS = {
    "trl": Form(lambda _: (PREFERENCE,), "jsonl", has_pairs=True),
    "sft": Form(lambda _: (SFT,), "jsonl", has_pairs=False),
    "kto": Form(lambda _: (KTO,), "jsonl", has_pairs=True),
    "jsonl": Form(lambda _: (CONVERSATIONS,), "jsonl", has_pairs=False),
    "parquet": Form(flat_tables, "parquet", has_pairs=True),
    "hf": Form(lambda _: (PREFERENCE, SFT, KTO, CONVERSATIONS), "parquet", True, hub=True),
}
"""Format -> what it is."""
