"""Tables as data: which columns an export has, of what kind, in words. Knows no record, no file.

One description serves Parquet, JSONL, the card and Croissant. It is also a white list: `shaped`
lets nothing pass that is no column, and a private column is there only if it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kakoc.store.export.source import Source

Row = dict[str, Any]
Kind = Literal["text", "int", "float", "bool"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or one field of a nested value."""

    name: str
    kind: Kind | tuple[Column, ...]
    """A tuple: a value with fields of its own."""
    about: str = ""
    many: bool = False
    """A list of such values."""
    private: bool = False
    """What the other side of a conversation cannot know; exported only where asked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of rows."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[Source], Iterator[Row]]
    """Rows in the order of the run; each tells its `split`."""
    group: int = 1000
    """Rows that are held in memory at once."""


def message_list(name: str, about: str) -> Column:
    """Chat messages as every trainer knows them."""
    fields = (Column("role", "text"), Column("content", "text"))
    return Column(name, fields, about, many=True)


CANARY = Column("canary", "text", "A fixed string; whoever finds it in a model has trained on this")
OF_A_SPLIT = (
    Column("split", "text", "train, dev or test, by city"),
    CANARY,
)
"""The last columns of every table."""


def public(columns: tuple[Column, ...], with_thoughts: bool) -> tuple[Column, ...]:
    """The columns without the private ones, unless they were asked for."""
    return tuple(
        replace(column, kind=public(column.kind, with_thoughts))
        if isinstance(column.kind, tuple)
        else column
        for column in columns
        if with_thoughts or not column.private
    )


def shaped(columns: tuple[Column, ...], row: Mapping[str, Any]) -> Row:
    """The row with these columns and nothing else."""
    return {column.name: _shaped(column, row[column.name]) for column in columns}


def _shaped(column: Column, value: Any) -> Any:
    if not isinstance(column.kind, tuple) or value is None:
        return list(value) if column.many else value
    if column.many:
        return [shaped(column.kind, item) for item in value]
    return shaped(column.kind, value)
