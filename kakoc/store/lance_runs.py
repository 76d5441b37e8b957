"""Runs in Lance: one table of conversations for all runs of a project, each turn and variant in it.

Takes what the run keeps, in plan order. Written again, a run takes its own place.
"""

from __future__ import annotations

from kakoc.store.export.columns import Column, shaped
from kakoc.store.export.whole import OF_A_TALK, talk_row
from kakoc.store.export.writers import arrow_schema
from kakoc.store.lance import Written, is_text, write_rows
from kakoc.store.runs import RunFolder
from kakoc.types import Conversation

TABLE = "conversations"
COLUMNS = (
    Column("run", "text"),
    Column("position", "int", "Place in the run, from 0: Lance promises no order"),
    *OF_A_TALK,
)


def write_conversations(uri: str, run: str, folder: RunFolder) -> Written:
    """Write the conversations of a finished run into the table at `uri`.

    Args:
        run: the run's id; a folder of one's own may be called anything.

    Raises:
        StoreError: it cannot be read or written.
    """
    talks: list[Conversation] = list(folder.read("conversations"))
    rows = [shaped(COLUMNS, _row(run, place, talk)) for place, talk in enumerate(talks)]
    schema, replacing = arrow_schema(COLUMNS), is_text("run", run)
    return write_rows(uri, TABLE, schema, rows, keys=("run", "id"), replacing=replacing)


def _row(run: str, place: int, talk: Conversation) -> dict[str, object]:
    return {"run": run, "position": place, **talk_row(talk)}
