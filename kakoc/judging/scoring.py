"""Asks every judge about every item, once. A judge that fails costs its own verdicts only.

Knows no judge. What was answered is kept in a memo (scores steer a run, so a
replay must not compute them anew).
A judge without a verdict is `unscored` with a reason, never a low score.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence

from kakoc.judging.base import unscored
from kakoc.ports import Judge, Memo
from kakoc.types import JudgeItem, Verdict, digest


def score_all(
    judges: Sequence[Judge], items: Sequence[JudgeItem], memo: Memo | None = None
) -> list[dict[str, Verdict]]:
    """For each item the verdict of each judge, in order. Items that are equal are judged once."""
    keys = [digest(item.model_dump(mode="json"), 24) for item in items]
    distinct = dict(zip(keys, items, strict=True))
    verdicts = {judge.name: _verdicts(judge, distinct, memo) for judge in judges}
    return [{name: given[key] for name, given in verdicts.items()} for key in keys]


def _verdicts(judge: Judge, items: dict[str, JudgeItem], memo: Memo | None) -> dict[str, Verdict]:
    prefix = f"verdict/{getattr(judge, 'identity', judge.name)}/"
    known = {
        key: Verdict.model_validate(stored)
        for key in items
        if memo and (stored := memo.recall(prefix + key)) is not None
    }
    fresh = _ask_all(judge, {key: item for key, item in items.items() if key not in known})
    for key, verdict in fresh.items():
        if memo:
            memo.remember(prefix + key, verdict.model_dump(mode="json"))
    return known | fresh


def _ask_all(judge: Judge, items: dict[str, JudgeItem]) -> dict[str, Verdict]:
    spoken = {key: item for key, item in items.items() if _speaks(judge, item)}
    answers = dict(zip(spoken, _ask(judge, list(spoken.values())), strict=True))
    return {
        key: answers.get(key) or unscored(judge.name, f"language `{item.language}` is not declared")
        for key, item in items.items()
    }


def _speaks(judge: Judge, item: JudgeItem) -> bool:
    """`en` covers `en-GB`; a judge that declares no languages is asked about all."""
    declared: Sequence[str] | None = getattr(judge, "languages", None)
    primary = item.language.split("-")[0]
    return declared is None or item.language in declared or primary in declared


def _ask(judge: Judge, items: list[JudgeItem]) -> list[Verdict]:
    if not items:
        return []
    try:
        verdicts = _in_time(judge, items)
        if len(verdicts) == len(items):
            return list(verdicts)
        reason = f"{len(verdicts)} verdicts for {len(items)} items"
    except TimeoutError:
        # Whoever hangs once will hang on every half of the batch.
        limit = getattr(judge, "timeout", 0)
        return [unscored(judge.name, f"no verdict within {limit:g} s")] * len(items)
    except Exception as error:
        # Foreign code may raise anything; the text it raised on must not reach the reason.
        reason = f"the judge raised {type(error).__name__}"
    if len(items) == 1:
        return [unscored(judge.name, reason)]
    # One bad item must not cost the others their verdict.
    half = len(items) // 2
    return _ask(judge, items[:half]) + _ask(judge, items[half:])


def _in_time(judge: Judge, items: list[JudgeItem]) -> list[Verdict]:
    """The verdicts, or TimeoutError; a thread that hangs is left behind and dies with kakoc."""
    limit: float | None = getattr(judge, "timeout", None)
    if limit is None:
        return list(judge.judge(items))
    answer: queue.Queue[list[Verdict] | Exception] = queue.Queue()

    def ask() -> None:
        try:
            answer.put(list(judge.judge(items)))
        except Exception as error:
            answer.put(error)

    threading.Thread(target=ask, name=f"judge-{judge.name}", daemon=True).start()
    try:
        found = answer.get(timeout=limit)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found
