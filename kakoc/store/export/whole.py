"""Whole conversations, one a row: every turn, every variant, every verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kakoc.store.export.columns import OF_A_SPLIT, Column, Row, Table
from kakoc.store.export.source import Source
from kakoc.types import Conversation, Turn, Variant, Verdict


def _talks(source: Source) -> Iterator[Row]:
    for talk in source.talks():
        yield {
            **talk_row(talk),
            "context": json.dumps(talk.context, ensure_ascii=False, sort_keys=True),
            "split": source.split(talk.city),
            "canary": source.canary,
        }


def talk_row(talk: Conversation) -> Row:
    return {
        "id": talk.id,
        "persona": talk.persona,
        "city": talk.city,
        "language": talk.language,
        "status": talk.status,
        "ended": talk.ended,
        "turns": [turn_row(turn) for turn in talk.turns],
    }


def turn_row(turn: Turn) -> Row:
    return {
        "index": turn.index,
        "message": turn.seeker.message,
        "thought": turn.seeker.thought,
        "distress": turn.seeker.distress,
        "ready_to_close": turn.seeker.ready_to_close,
        "disclosure": turn.disclosure,
        "chosen": turn.chosen,
        "seed": turn.seed,
        "attempts": turn.attempts,
        "model": turn.model,
        "prompt": turn.prompt,
        "variants": [variant_row(variant) for variant in turn.variants],
    }


def variant_row(variant: Variant) -> Row:
    after = variant.next_seeker
    return {
        "care": variant.care,
        "status": variant.status,
        "reason": variant.reason,
        "text": variant.text,
        "reward": variant.reward,
        "verdicts": [_verdict_row(verdict) for verdict in variant.verdicts.values()],
        "violations": [{"rule": v.rule, "kind": v.kind} for v in variant.violations],
        "next_message": after.message if after else None,
        "next_thought": after.thought if after else None,
        "next_distress": after.distress if after else None,
        "seed": variant.seed,
        "attempts": variant.attempts,
        "model": variant.model,
        "prompt": variant.prompt,
    }


def _verdict_row(verdict: Verdict) -> Row:
    return {
        "judge": verdict.judge,
        "score": verdict.score,
        "parts": [{"name": name, "value": value} for name, value in verdict.parts.items()],
        "reasons": verdict.reasons,
    }


HOW_MADE = (
    Column("seed", "int", "Seed of the draw that was kept"),
    Column("attempts", "int", "Draws it took"),
    Column("model", "text", "Engine, name and, for a local model, the hash of its file"),
    Column("prompt", "text", "Fingerprint of the compiled prompt"),
)
VERDICT = (
    Column("judge", "text"),
    Column("score", "float", "In [0, 1]; null: no verdict"),
    Column("parts", (Column("name", "text"), Column("value", "float")), many=True),
    Column("reasons", "text", many=True),
)
OF_A_REPLY = (
    Column("care", "float", "Care level in [0, 1]"),
    Column("status", "text", "ok, rejected or failed"),
    Column("reason", "text", "Why it is not ok"),
    Column("text", "text", "Empty where it is not ok, and where it crossed a hard line"),
    Column("reward", "float", "Weighted mean of the judges' scores; null: unscored"),
)
AFTER = (
    Column("next_message", "text", "What the Seeker says next to this reply; null: not asked"),
    Column("next_thought", "text", private=True),
    Column("next_distress", "int", private=True),
)
VIOLATION = (Column("rule", "text"), Column("kind", "text", "exclude or lose"))
VARIANT = (
    *OF_A_REPLY,
    Column("verdicts", VERDICT, "One a judge", many=True),
    Column("violations", VIOLATION, "Hard lines it crossed", many=True),
    *AFTER,
    *HOW_MADE,
)
OF_A_TURN = (
    Column("index", "int", "From 1"),
    Column("message", "text", "What the Seeker says"),
    Column("thought", "text", "What the Seeker thinks and does not say", private=True),
    Column("distress", "int", "From calm (0) to overwhelmed (10)", private=True),
    Column("ready_to_close", "bool", "Whether the Seeker would end here"),
    Column("disclosure", "float", "How much the Seeker is willing to say, in [0, 1]"),
    Column("chosen", "float", "Care level of the variant that goes on; null: none"),
)
OF_A_TALK = (
    Column("id", "text"),
    Column("persona", "text"),
    Column("city", "text"),
    Column("language", "text"),
    Column("status", "text", "ok, rejected or failed"),
    Column("ended", "text", "Why it ended"),
    Column(
        "turns",
        (*OF_A_TURN, *HOW_MADE, Column("variants", VARIANT, "One a care level", many=True)),
        "In the order they were said",
        many=True,
    ),
)
CONVERSATIONS = Table(
    "conversations",
    "Whole conversations: every turn, every variant, every verdict",
    (
        *OF_A_TALK,
        Column("context", "text", "JSON: what imported data told beyond these", private=True),
        *OF_A_SPLIT,
    ),
    _talks,
    group=50,
)
