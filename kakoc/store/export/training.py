"""What trainers read, in TRL's words: preference, language modeling, unpaired preference.

All conversational: a prompt ends with a user's message, a completion is one assistant message.
Columns that no trainer asks for say where a row comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kakoc.store.export.columns import OF_A_SPLIT, Column, Row, Table, message_list
from kakoc.store.export.source import Source
from kakoc.store.preferences import preference_rows
from kakoc.types import Conversation, Pair, Side

PROMPT = message_list("prompt", "What both sides answer: instructions, facts, what was said")
OF_A_PAIR = (
    Column("id", "text"),
    Column("persona", "text"),
    Column("city", "text"),
    Column("language", "text"),
    Column("turn", "int", "From 1"),
)
UNDECIDED = "won one head-to-head and lost another"
NO_EXCHANGE = "no exchange that may be shown"
NOT_OK = "the conversation is not ok"


def _preference(source: Source) -> Iterator[Row]:
    for pair in source.pairs("preference"):
        (row,) = preference_rows([pair])
        yield row | {
            # A trainer subtracts it: where the gate overruled the reward it would be negative.
            "margin": max(0.0, pair.margin),
            "rejected_violations": pair.rejected.violations,
            "first": pair.first,
            "split": pair.split,
            "canary": source.canary,
        }


def _kto(source: Source) -> Iterator[Row]:
    pairs = source.pairs("kto")
    for _, group in groupby(pairs, key=lambda pair: (pair.persona, pair.turn, pair.prompt)):
        yield from _labelled(source, list(group))


def _labelled(source: Source, pairs: Sequence[Pair]) -> Iterator[Row]:
    """One row a variant that won or lost all its head-to-heads; the others say nothing clear."""
    labels: dict[float, set[bool]] = {}
    sides: dict[float, Side] = {}
    for pair in pairs:
        for side, won in ((pair.chosen, True), (pair.rejected, False)):
            labels.setdefault(side.care, set()).add(won)
            sides[side.care] = side
    for care, side in sorted(sides.items()):
        if len(labels[care]) > 1:
            source.left_out["kto", UNDECIDED] += 1
        else:
            yield _unpaired(source, pairs[0], side, *labels[care])


def _unpaired(source: Source, pair: Pair, side: Side, label: bool) -> Row:
    return {
        "prompt": pair.prompt,
        "completion": [{"role": "assistant", "content": side.text}],
        "label": label,
        "id": f"{pair.id.rsplit('-', 2)[0]}-{side.care:g}",
        "persona": pair.persona,
        "city": pair.city,
        "language": pair.language,
        "turn": pair.turn,
        "care": side.care,
        "violations": side.violations,
        "split": pair.split,
        "canary": source.canary,
    }


def _sft(source: Source) -> Iterator[Row]:
    for talk in source.talks():
        if talk.status != "ok":
            source.left_out["sft", NOT_OK] += 1
            continue
        said, cares = _path(talk)
        if not cares:
            source.left_out["sft", NO_EXCHANGE] += 1
            continue
        system = source.system.get(talk.persona)
        yield {
            "messages": [{"role": "system", "content": system}, *said] if system else said,
            "id": talk.id,
            "persona": talk.persona,
            "city": talk.city,
            "language": talk.language,
            "turns": len(cares),
            "cares": cares,
            "split": source.split(talk.city),
            "canary": source.canary,
        }


def _path(talk: Conversation) -> tuple[list[Row], list[float]]:
    """What both sides heard, up to the first text that may not be shown; care level of each turn.

    What follows such a text answers something that the reader could not see.
    """
    said, cares = list[Row](), list[float]()
    for turn in talk.turns:
        chosen = turn.chosen_variant
        if not turn.seeker.message or chosen is None or chosen.status != "ok":
            break
        said += [
            {"role": "user", "content": turn.seeker.message},
            {"role": "assistant", "content": chosen.text},
        ]
        cares.append(chosen.care)
    return said, cares


PREFERENCE = Table(
    "preference",
    "Two replies to the same conversation, the better one chosen (TRL: preference)",
    (
        PROMPT,
        message_list("chosen", "The better reply"),
        message_list("rejected", "The other; it may have crossed a hard line of kind `lose`"),
        Column("margin", "float", "How much more reward the chosen one has, at least 0"),
        *OF_A_PAIR,
        Column("chosen_care", "float", "Care level in [0, 1]"),
        Column("rejected_care", "float", "Care level in [0, 1]"),
        Column("chosen_reward", "float", "Over the judges that scored both sides"),
        Column("rejected_reward", "float", "Over the judges that scored both sides"),
        Column("rejected_violations", "text", "Hard lines the rejected side crossed", many=True),
        Column("first", "text", "Side that stands first where both are shown"),
        *OF_A_SPLIT,
    ),
    _preference,
)
SFT = Table(
    "sft",
    "The path that each conversation took; the Supporter is the assistant (TRL: language modeling)",
    (
        message_list("messages", "System, then user and assistant in turn"),
        *OF_A_PAIR[:4],
        Column("turns", "int", "Exchanges"),
        Column("cares", "float", "Care level of each assistant message", many=True),
        *OF_A_SPLIT,
    ),
    _sft,
    group=200,
)
KTO = Table(
    "kto",
    "One reply with a label: it won or lost all its head-to-heads (TRL: unpaired preference)",
    (
        PROMPT,
        message_list("completion", "The reply"),
        Column("label", "bool", "Whether the reply is a good one"),
        *OF_A_PAIR,
        Column("care", "float", "Care level in [0, 1]"),
        Column(
            "violations", "text", "Hard lines the reply crossed; none where it is good", many=True
        ),
        *OF_A_SPLIT,
    ),
    _kto,
)
