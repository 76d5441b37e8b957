"""Records that are valid and tell nothing, and a server that speaks S3."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from s3_kit import s3, s3_endpoint

from kakoc.types import Pair, Side

__all__ = ["s3", "s3_endpoint"]


@pytest.fixture
def pair() -> Callable[..., Pair]:
    """Makes a pair: `pair(turn=2)`."""

    def make(turn: int = 1, margin: float = 0.25) -> Pair:
        prompt = (
            {"role": "system", "content": "Stay."},
            {"role": "user", "content": f"Words “{turn}”.\nनमस्ते"},
        )
        return Pair(
            id=f"seeker_001-c1-t{turn:02d}-0.2-0.8",
            persona="seeker_001",
            city="cairo",
            turn=turn,
            language="en",
            prompt=prompt,
            chosen=Side(care=0.8, text="The better one.", reward=0.75, scores={"empathy": 0.75}),
            rejected=Side(care=0.2, text="The other.", reward=0.5, scores={"empathy": 0.5}),
            margin=margin,
            judges=("empathy",),
        )

    return make
