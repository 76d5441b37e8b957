"""Flat tables for analysis: personas, turns, variants, pairs. Joined by conversation and turn."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kakoc.store.export.columns import OF_A_SPLIT, Column, Row, Table
from kakoc.store.export.source import Source
from kakoc.store.export.whole import AFTER, HOW_MADE, OF_A_REPLY, OF_A_TURN, turn_row, variant_row
from kakoc.types import Conversation, Side, Variant

OF_A_TALK = (
    Column("conversation", "text"),
    Column("persona", "text"),
    Column("city", "text"),
    Column("language", "text"),
)
SCORE = "score_"
"""Before the name of a judge."""


def flat_tables(source: Source) -> tuple[Table, ...]:
    """The tables of this run; each judge has a column of its own."""
    return PERSONAS, TURNS, _variants_table(sorted(source.survey.judges)), PAIRS


def _personas(source: Source) -> Iterator[Row]:
    for persona in source.personas():
        yield {
            **persona.model_dump(exclude={"card"}),
            "card": json.dumps(persona.card, ensure_ascii=False),
            "split": source.split(persona.city),
            "canary": source.canary,
        }


def _of_talk(source: Source, talk: Conversation) -> Row:
    return {
        "conversation": talk.id,
        "persona": talk.persona,
        "city": talk.city,
        "language": talk.language,
        "split": source.split(talk.city),
        "canary": source.canary,
    }


def _turns(source: Source) -> Iterator[Row]:
    for talk in source.talks():
        for turn in talk.turns:
            yield _of_talk(source, talk) | turn_row(turn)


def _variants(source: Source) -> Iterator[Row]:
    for talk in source.talks():
        for turn in talk.turns:
            for variant in turn.variants:
                yield {
                    **_of_talk(source, talk),
                    **variant_row(variant),
                    **_scores(source, variant),
                    "turn": turn.index,
                    "goes_on": variant.care == turn.chosen,
                    "violations": [violation.rule for violation in variant.violations],
                }


def _scores(source: Source, variant: Variant) -> Row:
    verdicts = variant.verdicts
    return {
        SCORE + judge: verdicts[judge].score if judge in verdicts else None
        for judge in source.survey.judges
    }


def _pairs(source: Source) -> Iterator[Row]:
    for pair in source.pairs("pairs"):
        yield {
            **pair.model_dump(include={"id", "persona", "city", "turn", "language", "margin"}),
            **_side(pair.chosen, "chosen"),
            **_side(pair.rejected, "rejected"),
            "rejected_violations": pair.rejected.violations,
            "judges": pair.judges,
            "first": pair.first,
            "split": pair.split,
            "canary": source.canary,
        }


def _side(side: Side, name: str) -> Row:
    return {f"{name}_{part}": getattr(side, part) for part in ("care", "text", "reward")}


def _side_columns(name: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_care", "float"),
        Column(f"{name}_text", "text"),
        Column(f"{name}_reward", "float"),
    )


def _variants_table(judges: list[str]) -> Table:
    scores = (Column(SCORE + judge, "float", f"Of judge {judge}") for judge in judges)
    columns = (
        *OF_A_TALK,
        Column("turn", "int"),
        *OF_A_REPLY,
        *scores,
        Column("goes_on", "bool", "Whether the conversation goes on with it"),
        Column("violations", "text", "Hard lines it crossed", many=True),
        *AFTER,
        *HOW_MADE,
        *OF_A_SPLIT,
    )
    return Table("variants", "Every Supporter variant", columns, _variants)


PERSONAS = Table(
    "personas",
    "The sampled people",
    (
        Column("id", "text"),
        Column("city", "text"),
        Column("problem", "text"),
        Column("language", "text"),
        Column("card", "text", "JSON: the whole card"),
        *HOW_MADE,
        *OF_A_SPLIT,
    ),
    _personas,
)
TURNS = Table(
    "turns", "Every Seeker turn", (*OF_A_TALK, *OF_A_TURN, *HOW_MADE, *OF_A_SPLIT), _turns
)
PAIRS = Table(
    "pairs",
    "Head-to-heads with a winner",
    (
        Column("id", "text"),
        Column("persona", "text"),
        Column("city", "text"),
        Column("language", "text"),
        Column("turn", "int"),
        *_side_columns("chosen"),
        *_side_columns("rejected"),
        Column("margin", "float", "Below 0 where the safety gate overruled the reward"),
        Column("rejected_violations", "text", "Hard lines the rejected side crossed", many=True),
        Column("judges", "text", "Judges that scored both sides", many=True),
        Column("first", "text", "Side that stands first where both are shown"),
        *OF_A_SPLIT,
    ),
    _pairs,
)
