"""What is counted of a finished run: people, failures, scores, calls. Knows records, no folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any

from kakoc.types import Conversation, Failure


def people(config: Mapping[str, Any], ok: int, failures: Iterable[Failure]) -> dict[str, Any]:
    """planned = ok + failed + rejected. Who was replaced is counted beside: the row is not lost."""
    refused = [failure for failure in failures if failure.stage == "persona"]
    lost = Counter(failure.status for failure in refused if not failure.replaced_by)
    counts = {"ok": ok, "failed": lost["failed"], "rejected": lost["rejected"]}
    planned = (config.get("profile") or {}).get("personas", sum(counts.values()))
    if "accept" in config:  # as many rows were planned as it took
        planned = sum(counts.values())
    replaced = sum(bool(failure.replaced_by) for failure in refused)
    return {"planned": planned, **counts, "replaced": replaced}


def failures_by_reason(failures: Iterable[Failure]) -> list[dict[str, Any]]:
    """Stage, status and reason with their count, the most frequent first."""
    found = Counter((failure.stage, failure.status, failure.reason) for failure in failures)
    rows = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"stage": stage, "status": status, "reason": reason, "count": count}
        for (stage, status, reason), count in rows
    ]


def judges(conversations: Iterable[Conversation]) -> dict[str, dict[str, Any]]:
    """By judge: mean and n of its scores, of how many conversations, and replies without one."""
    scores: dict[str, list[float]] = {}
    heard: dict[str, set[str]] = {}
    replies = 0
    for talk in conversations:
        for variant in (v for turn in talk.turns for v in turn.variants if v.status == "ok"):
            replies += 1
            for name, verdict in variant.verdicts.items():
                given = scores.setdefault(name, [])
                if verdict.score is not None:
                    given.append(verdict.score)
                    heard.setdefault(name, set()).add(talk.id)
    return {
        name: {
            "mean": round(fmean(given), 4) if given else None,
            "n": len(given),
            "conversations": len(heard.get(name, ())),
            "unscored": replies - len(given),
        }
        for name, given in sorted(scores.items())
    }


def hit_rate(manifest: Mapping[str, Any]) -> float | None:
    calls = manifest.get("calls") or {}
    total = sum(calls.values())
    return round(calls["from_journal"] / total, 4) if total else None
