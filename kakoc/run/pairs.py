"""Head-to-heads: every turn gives one a pair of care levels, each a pair, a tie, or dropped.

Knows verdicts and the supporter's words; loads no model. The prompt of a pair is what both sides
answer: instructions, facts and what was said, without the care level that made the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from kakoc.emit.roles import instruction_text, visible_paths
from kakoc.emit.runtime.templates import fill, visible
from kakoc.ir import Ir
from kakoc.judging import Outcome, head_to_head, reward_weights
from kakoc.run.confounds import length_matched
from kakoc.run.splits import city_splits
from kakoc.types import Conversation, Pair, Persona, Side, Turn, Variant, Verdict

ChatMessage = dict[str, str]


@dataclass(slots=True)
class PairSet:
    """Pairs, and how many head-to-heads became none: planned = pairs + ties + drops."""

    planned: int = 0
    ties: int = 0
    pairs: list[Pair] = field(default_factory=list)
    drops: Counter[str] = field(default_factory=Counter)
    """How many were dropped, by reason."""

    def match_length(self) -> None:
        """Leave out pairs until length alone says nothing; they count as dropped."""
        self.pairs, left_out = length_matched(self.pairs)
        if left_out:
            self.drops["left out so that length says nothing"] += left_out


def make_pairs(
    ir: Ir, personas: Sequence[Persona], conversations: Iterable[Conversation]
) -> PairSet:
    """Compare the variants of every turn of every conversation that is ok."""
    cards = {persona.id: persona.card for persona in personas}
    made, splits = PairSet(), city_splits(ir)
    for conversation in conversations:
        if conversation.status == "ok":
            system = system_message(ir, cards[conversation.persona])
            for turn, prompt in _prompts(system, conversation):
                _compare_all(ir, conversation, turn, prompt, made)
    # Every second pair shows the rejected side first, so that place says nothing.
    made.pairs = [
        pair.model_copy(
            update={
                "split": splits.get(pair.city, "train"),
                "first": "rejected" if number % 2 else "chosen",
            }
        )
        for number, pair in enumerate(made.pairs)
    ]
    return made


def system_message(ir: Ir, card: dict[str, object]) -> str:
    """What a Supporter is told before anything is said."""
    view = visible(card, visible_paths(ir.persona_schema, "supporter"))
    lines = [line.text for line in ir.roles["supporter"].prompt.facts]
    # Cards that were imported lack fields of ours; what is not known is not told.
    facts = fill((line for line in lines if _known(line, view)), view)
    return f"{instruction_text(ir, 'supporter')}\n\n{facts}".strip()


def _known(line: str, view: dict[str, Any]) -> bool:
    try:
        fill([line], view)
    except KeyError:
        return False
    return True


def _prompts(
    system: str, conversation: Conversation
) -> Iterator[tuple[Turn, tuple[ChatMessage, ...]]]:
    messages: list[ChatMessage] = [{"role": "system", "content": system}]
    for turn in conversation.turns:
        messages.append({"role": "user", "content": turn.seeker.message})
        yield turn, tuple(messages)
        if turn.chosen_variant:
            messages.append({"role": "assistant", "content": turn.chosen_variant.text})


def _compare_all(
    ir: Ir,
    conversation: Conversation,
    turn: Turn,
    prompt: tuple[ChatMessage, ...],
    made: PairSet,
) -> None:
    for left, right in combinations(turn.variants, 2):
        made.planned += 1
        outcome = _compare(ir, left, right)
        if outcome.kind == "tie":
            made.ties += 1
        elif outcome.kind == "dropped" or outcome.rewards is None:
            made.drops[outcome.reason] += 1
        else:
            made.pairs.append(_pair(conversation, turn, prompt, left, right, outcome))


def _compare(ir: Ir, left: Variant, right: Variant) -> Outcome:
    if left.status != "ok" or right.status != "ok":
        return Outcome("dropped", "a side has no reply")
    if left.text == right.text:
        return Outcome("tie", "the replies are the same")
    weights = reward_weights(ir.judges)
    return head_to_head(_gated(left), _gated(right), weights, ir.conversation.pairs.tie_margin)


def _gated(variant: Variant) -> dict[str, Verdict]:
    """The verdicts and the hard lines, which count with or without a safety judge."""
    lines = Verdict(judge="hard_lines", violations=variant.violations)
    return {**variant.verdicts, "hard_lines": lines}


def _pair(
    conversation: Conversation,
    turn: Turn,
    prompt: tuple[ChatMessage, ...],
    left: Variant,
    right: Variant,
    outcome: Outcome,
) -> Pair:
    sides = [
        _side(v, r, outcome) for v, r in zip((left, right), outcome.rewards or (), strict=True)
    ]
    chosen, rejected = sides if outcome.winner == "left" else reversed(sides)
    return Pair(
        id=f"{conversation.id}-t{turn.index:02d}-{left.care:g}-{right.care:g}",
        persona=conversation.persona,
        city=conversation.city,
        turn=turn.index,
        language=conversation.language,
        prompt=prompt,
        chosen=chosen,
        rejected=rejected,
        margin=outcome.margin,
        judges=outcome.judges,
    )


def _side(variant: Variant, reward: float, outcome: Outcome) -> Side:
    scores = {name: variant.verdicts[name].score for name in outcome.judges}
    return Side(
        care=variant.care,
        text=variant.text,
        reward=reward,
        scores={name: score for name, score in scores.items() if score is not None},
        violations=tuple(violation.rule for violation in variant.violations),
    )
