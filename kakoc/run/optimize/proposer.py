"""New instructions without a model that could write them: blocks of the spec, moved by feedback.

A model too small to speak of prompts is a useless reflector. What the judges miss most is said in
their own words, moved to the end where it is read last, or other lines make way for it. The same
feedback gives the same proposal; a prompt that was proposed once is not proposed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.ir import Ir
from kakoc.types import digest

MOST_BLOCKS = 4
"""What is missed most; the rest is missed too seldom to be worth a line."""
PRINCIPLE = "- "
"""How a line of the constitution begins in a prompt."""


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence for a prompt, and the sentence by which a judge says that it is needed."""

    missed: str
    line: str


def blocks_of(ir: Ir) -> list[Block]:
    """A block for each part of each judge that makes the reward; held-out judges give none."""
    return [
        Block(part.lacks, f"A good reply: {part.has[:1].lower()}{part.has[1:]}")
        for judge in ir.judges
        if judge.use_for == "reward" and judge.reads == "reply"
        for part in judge.parts
    ]


class BlockProposer:
    """GEPA's `instruction_proposer`."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._proposed: set[str] = set()

    def __call__(
        self,
        candidate: Mapping[str, str],
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: Sequence[str],
    ) -> dict[str, str]:
        return {
            name: self._next(candidate[name], reflective_dataset.get(name, ()))
            for name in components_to_update
        }

    def _next(self, text: str, records: Sequence[Mapping[str, Any]]) -> str:
        self._proposed.add(text)
        wanted = self._wanted([str(record.get("Feedback", "")) for record in records])
        for lines in _moves(text.splitlines(), [block.line for block in wanted]):
            proposal = "\n".join(lines)
            if proposal not in self._proposed:
                self._proposed.add(proposal)
                return proposal
        return text

    def _wanted(self, feedback: Sequence[str]) -> list[Block]:
        missed = Counter({block: 0 for block in self._blocks})
        for text in feedback:
            missed.update(block for block in self._blocks if block.missed in text)
        return [block for block, count in missed.most_common(MOST_BLOCKS) if count]


def _moves(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[list[str]]:
    """Other prompts, the boldest answer to the feedback first."""
    first = [line for line in wanted[:1] if line not in lines]
    if first:
        yield [*lines, *first]
    principles = [line for line in lines if line.startswith(PRINCIPLE)]
    if principles and wanted:
        yield [*(line for line in lines if line not in principles), *wanted[:2]]
    for line in wanted:
        yield [*(other for other in lines if other != line), line]
    for line in sorted(principles, key=digest):
        yield [other for other in lines if other != line]
    for line in sorted(principles, key=digest):
        yield [*(other for other in lines if other != line), line]
