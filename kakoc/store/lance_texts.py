"""Every text of every run in Lance: a table for each kind, a row for each text with its vector.

A row tells what the text belongs to, what scored it and what made it. `lance.json` beside a run
says in which versions of the tables it stands, as long as its data are what they were then.
Private thoughts are no texts here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.errors import StoreError
from kakoc.store.files import read_json, write_json
from kakoc.store.lance import has_table, is_text, read_rows, tidy, write_rows
from kakoc.store.runs import RunFolder
from kakoc.types import Conversation, Persona, Turn, Variant

TABLES = {
    "persona": "persona_texts",
    "conversation": "conversation_texts",
    "turn": "turn_texts",
    "variant": "variant_texts",
}
"""Kind of text -> its table. A conversation's text is its opening."""
MARK = "lance.json"
DATA = ("personas.jsonl", "conversations.jsonl")
SCORE = "score_"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class People:
    """What the store is told of cards, whose shape it does not know."""

    prose: Callable[[Persona], str]
    decade: Callable[[Persona], str | None]


def rows_of(folder: RunFolder, people: People) -> dict[str, list[Row]]:
    """The texts of a finished run by kind, in its order."""
    found: dict[str, list[Row]] = {kind: [] for kind in TABLES}
    decades: dict[str, str | None] = {}
    for persona in folder.read("personas"):
        decades[persona.id] = people.decade(persona)
        found["persona"] += _persona_row(folder.id, persona, people)
    for talk in folder.read("conversations"):
        whole = {
            "run": folder.id,
            "persona": talk.persona,
            "city": talk.city,
            "decade": decades.get(talk.persona),
            "language": talk.language,
        }
        found["conversation"] += _talk_row(talk, whole)
        found["turn"] += _turn_rows(talk, whole)
        found["variant"] += _variant_rows(talk, whole)
    for rows in found.values():
        for position, row in enumerate(rows):
            row["position"] = position
    return found


def _persona_row(run: str, persona: Persona, people: People) -> Iterator[Row]:
    if text := people.prose(persona):
        yield {
            "run": run,
            "id": persona.id,
            "persona": persona.id,
            "city": persona.city,
            "decade": people.decade(persona),
            "language": persona.language,
            "problem": persona.problem,
            "text": text,
            **_made(persona),
        }


def _talk_row(talk: Conversation, whole: Row) -> Iterator[Row]:
    if talk.turns:
        first = talk.turns[0]
        told = {"status": talk.status, "ended": talk.ended, "turns": len(talk.turns)}
        yield {**whole, "id": talk.id, "text": first.seeker.message, **told, **_made(first)}


def _turn_rows(talk: Conversation, whole: Row) -> Iterator[Row]:
    for turn in talk.turns:
        yield {
            **whole,
            "id": f"{talk.id}-t{turn.index}",
            "turn": turn.index,
            "text": turn.seeker.message,
            "distress": turn.seeker.distress,
            "disclosure": turn.disclosure,
            **_made(turn),
        }


def _variant_rows(talk: Conversation, whole: Row) -> Iterator[Row]:
    for turn in talk.turns:
        for variant in turn.variants:
            if variant.status == "ok" and variant.text:
                yield {
                    **whole,
                    "id": f"{talk.id}-t{turn.index}-{variant.care:g}",
                    "turn": turn.index,
                    "care": variant.care,
                    "text": variant.text,
                    "chosen": turn.chosen == variant.care,
                    "reward": variant.reward,
                    "violations": [violation.rule for violation in variant.violations],
                    **{f"{SCORE}{name}": v.score for name, v in sorted(variant.verdicts.items())},
                    **_made(variant),
                }


def _made(record: Persona | Turn | Variant) -> Row:
    """What made a text."""
    names = ("model", "prompt", "seed", "attempts")
    return {name: getattr(record, name) for name in names}


def write_texts(
    uri: str,
    folder: RunFolder,
    people: People,
    embed: Callable[[Sequence[str]], Any],
    embedder: str,
) -> dict[str, int]:
    """Put the texts of a run into the tables; returns the version of each.

    A text that is there already keeps its vector, so a run that was judged anew is quick.

    Args:
        embed: texts to vectors; asked about what has none.
        embedder: its identity.

    Raises:
        StoreError: the run or the place cannot be read or written.
    """
    versions = {}
    for kind, rows in rows_of(folder, people).items():
        if rows:
            vectors = _vectors(uri, TABLES[kind], folder.id, rows, embed, embedder)
            versions[TABLES[kind]] = _write(uri, TABLES[kind], folder.id, rows, vectors, embedder)
    mark = {"uri": uri, "embedder": embedder, "versions": versions, "data": _data(folder)}
    write_json(folder.path / MARK, mark)
    return versions


def _vectors(
    uri: str,
    table: str,
    run: str,
    rows: Sequence[Row],
    embed: Callable[[Sequence[str]], Any],
    embedder: str,
) -> Mapping[str, Any]:
    """The vector of each text."""
    known: dict[str, Any] = {}
    if has_table(uri, table):
        of_both = f"{is_text('run', run)} AND {is_text('embedder', embedder)}"
        held = read_rows(uri, table, ("text", "vector"), of_both)
        known = dict(zip(held["text"].to_pylist(), held["vector"].to_pylist(), strict=True))
    fresh = sorted({row["text"] for row in rows} - known.keys())
    made = embed(fresh) if fresh else []
    return known | dict(zip(fresh, made, strict=True))


def _write(
    uri: str,
    table: str,
    run: str,
    rows: Sequence[Row],
    vectors: Mapping[str, Any],
    embedder: str,
) -> int:
    whole = [{**row, "embedder": embedder, "vector": vectors[row["text"]]} for row in rows]
    write_rows(uri, table, _schema(whole), whole, ("run", "id"), is_text("run", run))
    return tidy(uri, table, "text", "vector")


def _schema(rows: Sequence[Row]) -> Any:
    """Of Arrow. Scores are columns of their own, so that a condition can name one."""
    import pyarrow as pa

    kinds = {
        **dict.fromkeys(("position", "turn", "turns", "distress", "seed", "attempts"), pa.int64()),
        **dict.fromkeys(("care", "reward", "disclosure"), pa.float64()),
        "chosen": pa.bool_(),
        "violations": pa.list_(pa.string()),
        "vector": pa.list_(pa.float32(), len(rows[0]["vector"])),
    }
    names = dict.fromkeys(name for row in rows for name in row)  # in the order of the first row
    last = sorted(names, key=lambda name: name == "vector")
    scores = {name: pa.float64() for name in names if name.startswith(SCORE)}
    return pa.schema([(name, {**kinds, **scores}.get(name, pa.string())) for name in last])


def written(folder: RunFolder) -> dict[str, Any] | None:
    """Where the texts of a run stand, `uri` and `versions`; None: nowhere as they are now."""
    path = folder.path / MARK
    mark = dict(read_json(path)) if path.exists() else None
    return mark if mark and mark.get("data") == _data(folder) else None


def texts_of(uri: str, run: str, kind: str, version: int | None = None) -> Any:
    """The rows of a run with their vectors, as an Arrow table in the order of the run.

    Raises:
        StoreError: the place cannot be read.
    """
    columns = ("position", "id", "persona", "city", "decade", "care", "text", "vector")
    return read_rows(uri, TABLES[kind], columns, is_text("run", run), version).sort_by("position")


def _data(folder: RunFolder) -> dict[str, str]:
    """What the data of a run are, so that it shows when they are others."""
    found = {}
    for name in DATA:
        path = folder.path / name
        if not path.exists():
            raise StoreError(f"run {folder.id} has no {name}", "the command that began it goes on")
        with path.open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
