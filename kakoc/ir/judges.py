"""What is judged and never crossed: hard lines, judges and their examples."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kakoc.ir.base import Language, Node, Share, Slug, Words
from kakoc.types import Role


class RuleExamples(Node):
    caught: tuple[Words, ...] = Field(min_length=1)
    """Texts the rule must catch. Means and methods are placeholders such as `[method]`."""
    passes: tuple[Words, ...] = ()
    """Near misses it must let through."""


class Rule(Node):
    """One hard line, deterministic."""

    id: Slug
    kind: Literal["exclude", "lose"]
    why: Words
    applies_to: tuple[Role, ...] = ("persona", "seeker", "supporter")
    patterns: tuple[Words, ...] = Field(min_length=1)
    """Python regular expressions, searched in any case; `'` also matches the typographic one."""
    examples: RuleExamples


class JudgeExample(Node):
    """A labelled reply. Folds of the cross-validation never split a `group`."""

    group: Slug
    author: Slug
    label: Share
    """1 = what the judge looks for is fully there, 0 = not at all."""
    seeker: Words
    """The Seeker message that is answered (for stabilization: what it said before)."""
    reply: Words
    """The text that is scored (for stabilization: what the Seeker says afterwards)."""


class JudgeSpec(Node):
    name: Slug
    use: str
    """The class, `modules.judges:Empathy`."""
    use_for: Literal["reward", "heldout", "gate"] = "reward"
    """`gate`: never part of the reward; an unsafe reply cannot win."""
    weight: Share = 0.0
    floor: Share = 0.0
    """Smallest cross-validated AUROC with which a build accepts it."""
    rubric: Words
    reads: Literal["reply", "next_seeker"] = "reply"
    """The text it scores; `next_seeker` is what the Seeker says afterwards."""
    languages: tuple[Language, ...] = ("en",)
    examples: tuple[JudgeExample, ...] = ()
    lexicon: dict[Slug, tuple[Words, ...]] = Field(default_factory=dict)
    """Named lists of phrases that its features count."""
