"""How unlike each other texts must be: while they are made, and as a corpus."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kakoc.ir.base import Node, Share

Few = Annotated[int, Field(ge=2, le=1000)]


class Floors(Node):
    """What a corpus may not fall below; 0: no floor."""

    vendi: Share = 0.0
    """Vendi score over the size of the subsample: 1 where all texts differ, near 0 where all are
    one (Friedman and Dieng 2023)."""
    unique: Share = 0.0
    """Share of texts that would be left if one of each group of near-duplicates were kept."""
    distinct: Share = 0.0
    """Share of different pairs of words among the first words of the kind."""


class KindDiversity(Node):
    """One kind of text."""

    too_close: Annotated[float, Field(gt=0, le=1)] = 0.95
    """Cosine of two embeddings from which on texts are near-duplicates. While a run is made, a
    persona's prose and a conversation's opening so close to an earlier one are drawn again."""
    floors: Floors = Floors()


class Diversity(Node):
    """The kinds of text of a run: what is too close, and the floors of a corpus."""

    sample: Few = 10
    """Texts of each subsample of the Vendi score, which falls with size: only equal sizes
    compare. Of a kind with fewer texts no floor is asked."""
    persona: KindDiversity = KindDiversity()
    """Of its prose."""
    conversation: KindDiversity = KindDiversity()
    """Of its opening: the first Seeker message."""
    turn: KindDiversity = KindDiversity()
    """Of every Seeker message."""
    variant: KindDiversity = KindDiversity()
    """Of every Supporter reply."""
