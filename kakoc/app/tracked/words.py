"""The words of a prompt as lines: instructions first, then one line for each demo."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kakoc.app.tracked.common import without_thoughts

Line = tuple[str, str]
"""Part of the prompt, and the text."""


def words_of(predictors: Mapping[str, Any]) -> list[Line]:
    """Lines of all predictors.

    Args:
        predictors: name -> `instructions` and `demos`; several have their name before the part.
    """
    lines: list[Line] = []
    for name, words in predictors.items():
        before = f"{name} " if len(predictors) > 1 else ""
        lines += [(f"{before}instructions", line) for line in words["instructions"].splitlines()]
        lines += [(f"{before}demo", _demo(demo)) for demo in words["demos"]]
    return lines


def state_words(state: Mapping[str, Any]) -> dict[str, Any]:
    """The predictors of a DSPy state file in the same shape."""
    return {
        name: {"instructions": part["signature"]["instructions"], "demos": part["demos"]}
        for name, part in state.items()
        if isinstance(part, dict) and "signature" in part
    }


def difference(before: Sequence[Line], after: Sequence[Line], old: str, new: str) -> str:
    """As `diff -u` prints it."""
    sides = [[f"{part}: {text}\n" for part, text in side] for side in (before, after)]
    names = (f"candidate {old}", f"candidate {new}")
    return "".join(difflib.unified_diff(sides[0], sides[1], *names, n=1))


def _demo(demo: Mapping[str, Any]) -> str:
    return json.dumps(without_thoughts(demo), ensure_ascii=False)
