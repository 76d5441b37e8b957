"""What a run made, in numbers: the one source of the table, the manifest and the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import fmean
from typing import Any

from kakoc.ir import PairPolicy
from kakoc.run.confounds import baselines, confounded
from kakoc.run.generate import Generated
from kakoc.run.pairs import PairSet
from kakoc.types import Conversation, Variant


def summarize(made: Generated, pairs: PairSet, policy: PairPolicy) -> dict[str, Any]:
    """Counts, pairs and mean scores; a mean always stands beside its n."""
    variants = [variant for variant in _variants(made.conversations) if variant.status == "ok"]
    return {
        "counts": made.counts,
        "collisions": made.collisions,
        "turns": sum(len(conversation.turns) for conversation in made.conversations),
        "variants": {
            "planned": sum(1 for _ in _variants(made.conversations)),
            "ok": len(variants),
            "unsafe": sum(bool(variant.violations) for variant in variants),
            "attempts": sum(variant.attempts for variant in _variants(made.conversations)),
        },
        "pairs": pair_counts(pairs, policy),
        "scores": scores_by_care(variants),
    }


def pair_counts(pairs: PairSet, policy: PairPolicy) -> dict[str, Any]:
    """planned = pairs + ties + dropped; what length and care level alone predict of the pairs."""
    found = baselines(pairs.pairs)
    return {
        "planned": pairs.planned,
        "pairs": len(pairs.pairs),
        "ties": pairs.ties,
        "dropped": sum(pairs.drops.values()),
        "drops": dict(sorted(pairs.drops.items())),
        "splits": dict(sorted(Counter(pair.split for pair in pairs.pairs).items())),
        "baselines": found,
        "confounded": confounded(found, policy.confounded_above),
    }


def scores_by_care(variants: Iterable[Variant]) -> dict[str, dict[str, dict[str, float]]]:
    """Care level -> judge (and `reward`, `words`) -> mean and n."""
    found: dict[str, dict[str, list[float]]] = {}
    for variant in variants:
        row = found.setdefault(f"{variant.care:g}", {})
        for name, verdict in variant.verdicts.items():
            if verdict.score is not None:
                row.setdefault(name, []).append(verdict.score)
        if variant.reward is not None:
            row.setdefault("reward", []).append(variant.reward)
        row.setdefault("words", []).append(len(variant.text.split()))
    return {
        care: {
            name: {"mean": round(fmean(values), 4), "n": len(values)}
            for name, values in sorted(row.items())
        }
        for care, row in sorted(found.items())
    }


def _variants(conversations: Iterable[Conversation]) -> Iterable[Variant]:
    return (v for c in conversations for turn in c.turns for v in turn.variants)
