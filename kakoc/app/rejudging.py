"""`kakoc judge --run`: judges a stored run anew with today's judges, as a run of its own.

Nothing is generated and nothing of the old run changes: transcripts are frozen, verdicts and reward
are new. So data that were imported can be judged too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kakoc.ir import CareLevel, Ir
from kakoc.judging import RuleBook, reward_weights, score_all
from kakoc.judging.reward import reward, violations
from kakoc.ports import Judge, Notify
from kakoc.run.summary import scores_by_care
from kakoc.store.runs import RunFolder
from kakoc.types import Conversation, JudgeItem, Message, Turn, Variant, Verdict

KEPT = ("imported", "profile")
"""What the old run says of itself that the new one has in common with it."""


def rejudge(
    ir: Ir, judges: Sequence[Judge], old: RunFolder, new: RunFolder, build: str, notify: Notify
) -> dict[str, Any]:
    """Judge every variant of `old` and write the run `new`; returns its manifest.

    Raises:
        StoreError: the old run cannot be read, or another process is at work in the new one.
    """
    with new.locked():
        kept = {name: old.config[name] for name in KEPT if name in old.config}
        new.start({"version": 1, "judged_from": old.id, "build": build, **kept})
        conversations = list(_rejudged(ir, judges, old, notify))
        new.write("personas", list(old.read("personas")))
        new.write("failures", list(old.read("failures")))
        new.write("conversations", conversations)
        variants = [v for c in conversations for t in c.turns for v in t.variants]
        manifest = {
            "version": 1,
            "run": new.id,
            "judged_from": old.id,
            "build": build,
            "counts": _counts(conversations),
            "variants": len(variants),
            "unscored": sum(v.reward is None for v in variants if v.status == "ok"),
            "unsafe": sum(bool(v.violations) for v in variants),
            "scores": scores_by_care(v for v in variants if v.status == "ok"),
        }
        new.finish(manifest)
    return manifest


def _rejudged(
    ir: Ir, judges: Sequence[Judge], old: RunFolder, notify: Notify
) -> Iterator[Conversation]:
    rules, weights = RuleBook.of(ir), reward_weights(ir.judges)
    for conversation in old.read("conversations"):
        items = [
            (turn.index, variant.care, _item(ir, conversation, turn, variant, heard))
            for turn, heard in _heard(conversation)
            for variant in turn.variants
            if variant.status == "ok"
        ]
        verdicts = score_all(judges, [item for _, _, item in items])
        given = {(i, care): v for (i, care, _), v in zip(items, verdicts, strict=True)}
        turns = tuple(_judged_turn(turn, given, rules, weights) for turn in conversation.turns)
        notify("conversation", {"persona": conversation.persona, "status": conversation.status})
        yield conversation.model_copy(update={"turns": turns})


def _judged_turn(
    turn: Turn,
    given: dict[tuple[int, float], dict[str, Verdict]],
    rules: RuleBook,
    weights: dict[str, float],
) -> Turn:
    variants = tuple(
        _judged(variant, given.get((turn.index, variant.care)), rules, weights)
        for variant in turn.variants
    )
    return turn.model_copy(update={"variants": variants})


def _judged(
    variant: Variant,
    verdicts: dict[str, Verdict] | None,
    rules: RuleBook,
    weights: dict[str, float],
) -> Variant:
    if verdicts is None:
        return variant
    found = (*rules.check(variant.text, "supporter"), *violations(verdicts))
    distinct = {violation.rule: violation for violation in reversed(found)}
    return variant.model_copy(
        update={
            "verdicts": verdicts,
            "reward": reward(verdicts, weights),
            "violations": tuple(distinct[rule] for rule in sorted(distinct)),
        }
    )


def _heard(conversation: Conversation) -> Iterator[tuple[Turn, tuple[Message, ...]]]:
    """Each turn with the conversation up to its Seeker message."""
    heard: list[Message] = []
    for turn in conversation.turns:
        heard.append(Message(role="seeker", content=turn.seeker.message))
        yield turn, tuple(heard)
        if turn.chosen_variant:
            heard.append(Message(role="supporter", content=turn.chosen_variant.text))


def _item(
    ir: Ir, conversation: Conversation, turn: Turn, variant: Variant, heard: tuple[Message, ...]
) -> JudgeItem:
    level = _level(ir, variant.care)
    after = variant.next_seeker or _next_turn(conversation, turn, variant)
    return JudgeItem(
        context=heard,
        reply=variant.text,
        care=variant.care,
        sentences=level.sentences if level else None,
        next_seeker=after.message if after else None,
        distress_before=turn.seeker.distress,
        distress_after=after.distress if after else None,
        language=conversation.language,
    )


def _next_turn(conversation: Conversation, turn: Turn, variant: Variant) -> Any:
    """What the Seeker said next, where this variant is the one that went on."""
    later = [other for other in conversation.turns if other.index == turn.index + 1]
    return later[0].seeker if later and variant.care == turn.chosen else None


def _level(ir: Ir, care: float) -> CareLevel | None:
    """The spec's care level; none for a level that only imported data have."""
    return next((level for level in ir.care_levels if level.value == care), None)


def _counts(conversations: Sequence[Conversation]) -> dict[str, int]:
    counts = {name: 0 for name in ("ok", "failed", "rejected")}
    for conversation in conversations:
        counts[conversation.status] += 1
    return {"planned": len(conversations), **counts}
