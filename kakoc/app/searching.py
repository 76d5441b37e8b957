"""`search`: the best texts of all runs, by meaning, by words, or both."""

from __future__ import annotations

from typing import Any

from kakoc.app.diversity import embed_all, embedder_of, place_of
from kakoc.errors import StoreError
from kakoc.ports import Progress
from kakoc.project import Project
from kakoc.store.lance import has_table, search_rows
from kakoc.store.lance_texts import TABLES

KINDS = tuple(TABLES)
HOWS = ("hybrid", "vector", "text")


def search_texts(
    project: Project,
    text: str,
    kind: str,
    how: str,
    where: str,
    most: int,
    lance: str | None,
    say: Progress,
) -> list[dict[str, Any]]:
    """The best rows, the best one first. Runs that are not in the tables are put there before.

    Args:
        kind: one of `KINDS`.
        how: one of `HOWS`.
        where: an SQL condition on the columns of the kind's table; empty: none.

    Raises:
        StoreError: nothing was generated yet, the condition is none, the place is out of reach.
    """
    embed_all(project, lance, say)
    uri = place_of(project, lance)
    if not has_table(uri, TABLES[kind]):
        raise StoreError(f"there is no text of kind {kind} yet", "make some with `kakoc run`")
    vector = None if how == "text" else embedder_of(project).embed([text])[0]
    return search_rows(uri, TABLES[kind], how, text, vector, where, most)
