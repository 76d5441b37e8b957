"""`kakoc judge`: rows of conversations in, scores out. Streams; keeps no text anywhere.

A row: `{"id", "context": [{"role", "content"}...], "response", "next_seeker"?, "language"?}`. What
cannot be read, and what no judge reads, is a row too, with its reason: rows in = rows out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.judging import reward_weights, score_all
from kakoc.judging.language import language_of
from kakoc.judging.reward import reward
from kakoc.ports import Judge
from kakoc.types import JudgeItem, Message, Verdict

BATCH = 256
LONGEST = 20_000
"""Characters of a text that are read; a reply of 100 kB is judged by its beginning."""
ROLES = {"seeker": "seeker", "user": "seeker", "supporter": "supporter", "assistant": "supporter"}


@dataclass(slots=True)
class Counts:
    """What became of the rows."""

    rows: int = 0
    scored: int = 0
    unscored: int = 0
    """Read, and no judge gave a verdict."""
    malformed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    given: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By judge: how many scores, and their sum."""

    @property
    def means(self) -> dict[str, dict[str, float]]:
        """By judge: mean and n."""
        return {
            name: {"mean": round(total / count, 4), "n": count}
            for name, (count, total) in sorted(self.given.items())
        }

    def heard(self, name: str, score: float) -> None:
        count, total = self.given.get(name, (0, 0.0))
        self.given[name] = count + 1, total + score


def judge_rows(
    ir: Ir, judges: Sequence[Judge], lines: Iterator[tuple[int, str]], counts: Counts
) -> Iterator[dict[str, Any]]:
    """A result for every line, in order, a batch at a time."""
    weights = reward_weights(ir.judges)
    heldout = {spec.name for spec in ir.judges if spec.use_for == "heldout"}
    while batch := list(islice(lines, BATCH)):
        read = [_read(number, line) for number, line in batch]
        items = [row for row in read if isinstance(row, tuple)]
        verdicts = iter(score_all(judges, [item for _, item in items]))
        for row in read:
            counts.rows += 1
            if isinstance(row, dict):
                yield _failed(row, counts)
                continue
            given = next(verdicts)
            apart = {name: given.pop(name).score for name in heldout & given.keys()}
            yield {**_scored(row[0], given, weights, counts), "heldout": apart}


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not empty.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from ((n, line) for n, line in enumerate(file, 1) if line.strip())
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from error


def _read(number: int, line: str) -> tuple[Any, JudgeItem] | dict[str, Any]:
    """The id and what judges see of a line, or the row that says what is wrong with it."""
    try:
        row = json.loads(line)
    except ValueError:
        return {"id": None, "line": number, "error": "not JSON"}
    if not isinstance(row, dict):
        return {"id": None, "line": number, "error": "not an object"}
    try:
        return row.get("id", number), _item(row)
    except (KeyError, TypeError, ValueError) as error:
        reason = error.args[0] if error.args else type(error).__name__
        return {"id": row.get("id"), "line": number, "error": f"{reason}"[:120]}


def _item(row: dict[str, Any]) -> JudgeItem:
    response = _text(row, "response")
    context = row.get("context", [])
    if not isinstance(context, list):
        raise ValueError("`context` is no list")
    after = row.get("next_seeker")
    if after is not None and not isinstance(after, str):
        raise ValueError("`next_seeker` is no text")
    language = row.get("language") or language_of(response)
    return JudgeItem(
        context=tuple(_message(line) for line in context),
        reply=response,
        next_seeker=after[:LONGEST] if after else None,
        language=str(language),
    )


def _message(line: Any) -> Message:
    if not isinstance(line, dict) or line.get("role") not in ROLES:
        raise ValueError("a line of `context` has no role `seeker` or `supporter`")
    role = ROLES[line["role"]]
    return Message(
        role="seeker" if role == "seeker" else "supporter", content=_text(line, "content")
    )


def _text(row: dict[str, Any], name: str) -> str:
    if not isinstance(row.get(name), str):
        raise ValueError(f"`{name}` is no text")
    return str(row[name])[:LONGEST]


def _failed(row: dict[str, Any], counts: Counts) -> dict[str, Any]:
    counts.malformed += 1
    counts.reasons[row["error"]] += 1
    return {**row, "scores": {}, "reward": None}


def _scored(
    id_: Any, verdicts: dict[str, Verdict], weights: dict[str, float], counts: Counts
) -> dict[str, Any]:
    scores = {name: verdict.score for name, verdict in verdicts.items()}
    if any(score is not None for score in scores.values()):
        counts.scored += 1
    else:
        counts.unscored += 1
    for verdict in verdicts.values():
        if verdict.score is not None:
            counts.heard(verdict.judge, verdict.score)
        else:
            counts.reasons[f"{verdict.judge}: {'; '.join(verdict.reasons)}"[:120]] += 1
    return {
        "id": id_,
        "scores": scores,
        "parts": {name: verdict.parts for name, verdict in verdicts.items() if verdict.parts},
        "reward": reward(verdicts, weights),
        "violations": [
            violation.model_dump(mode="json")
            for verdict in verdicts.values()
            for violation in verdict.violations
        ],
        "reasons": {name: list(v.reasons) for name, v in verdicts.items() if v.reasons},
    }
