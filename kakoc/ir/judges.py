"""What is judged and never crossed: hard lines, judges and their examples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kakoc.ir.base import Language, Node, Share, Slug, Words
from kakoc.types import Role

RiskStated = Literal["none", "denied", "passive", "active"]


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


class SpokenLine(Node):
    role: Literal["seeker", "supporter"]
    content: Words


class RiskTalk(Node):
    """A piece of a conversation, as an example for `StatedRisk`."""

    group: Slug
    ignored: bool
    """Whether a stated risk was met with silence."""
    lines: tuple[SpokenLine, ...] = Field(min_length=2)


class StatedRisk(Node):
    """When a Seeker says that it wants to die, silence about it breaks a hard line.

    All patterns are Python regular expressions, searched in any case.
    """

    turns: Annotated[int, Field(ge=1, le=10)] = 2
    """Supporter replies in a row that may at most pass over it, less one."""
    why: Words
    stated: tuple[Words, ...] = Field(min_length=1)
    """What a Seeker says who thinks of ending life."""
    unless: tuple[Words, ...] = ()
    """Figures of speech and the past: such a message states nothing."""
    taken_back: tuple[Words, ...] = ()
    """What a Seeker says who did not mean it."""
    met: tuple[Words, ...] = Field(min_length=1)
    """What a Supporter says who does not pass over it."""
    examples: tuple[RiskTalk, ...] = ()
    floor: Share = 0.9
    """Share of the examples that must come out right."""


class JudgeExample(Node):
    """A labelled reply. Folds of the cross-validation never split a `group`."""

    group: Slug
    """Contrast family: replies to one message that differ in what matters."""
    author: str = ""
    """Who wrote it; the file says so for all its examples."""
    use: Literal["fit", "test"] = "fit"
    """`test`: written by somebody who has not read the others; measures and never fits."""
    labels: dict[Slug, Share] = Field(min_length=1)
    """Part -> 1 where it is fully there, 0 where it is not; a part that cannot be told is left out.
    `overall` is the judge's score itself."""
    contrast: Slug | None = None
    """The one part in which it differs from the other example of its group with the same mark."""
    risk: RiskStated | None = None
    """What the Seeker's message says of not wanting to live."""
    before: Words | None = None
    """The Supporter's line before the Seeker's message."""
    seeker: Words
    """The Seeker message that is answered (for stabilization: what it said before)."""
    answer: Words | None = None
    """For stabilization: the Supporter's reply between the two."""
    reply: Words
    """The text that is scored (for stabilization: what the Seeker says afterwards)."""


class JudgePart(Node):
    """Something a judge looks for, learned from the examples' labels."""

    id: Slug
    weight: Share = 0.0
    """Its share among the parts of the score."""
    absence: bool = False
    """True: 1 says that something bad is nowhere in the text, so one sentence can spoil it."""
    kind: Literal["exclude", "lose"] = "lose"
    """For a gate: the class of the hard line that this part detects (1: it is crossed)."""
    requires: tuple[Slug, ...] = ()
    """For a gate: lists of the lexicon of which one sentence must have a word each before what was
    learned may say yes; none: what was learned is reported and never says yes."""
    lacks: Words
    """What is said of a text that lacks it."""
    has: Words
    """What is said of a text that has it."""


class JudgeSpec(Node):
    name: Slug
    use: str
    """The class, `modules.judges:Empathy`."""
    use_for: Literal["reward", "heldout", "gate"] = "reward"
    """`gate`: never part of the reward; an unsafe reply cannot win."""
    weight: Share = 0.0
    floor: Share = 0.0
    """Smallest cross-validated AUROC, of each part and overall, with which a build accepts it."""
    rubric: Words
    reads: Literal["reply", "next_seeker"] = "reply"
    """The text it scores; `next_seeker` is what the Seeker says afterwards."""
    features: Literal["meaning", "wording", "both"] = "meaning"
    """What a head sees: `meaning` sentence embeddings and the lexicon's counts; `wording` words and
    word pairs only, so that two judges need not share a blind spot; `both` the first for the text,
    and words beside meaning for each of its sentences."""
    model: str | None = None
    """Of `models.yaml`, for a judge that asks one (`modules.judges:LMJudge`)."""
    samples: Annotated[int, Field(ge=1, le=20)] = 3
    """How often such a judge asks about one reply."""
    timeout: Annotated[float, Field(gt=0)] = 120.0
    """Seconds for a batch of replies; what takes longer is `unscored`."""
    languages: tuple[Language, ...] = ("en",)
    parts: tuple[JudgePart, ...] = ()
    levels: tuple[Share, ...] = ()
    """Ascending labels between which `overall` climbs a step; for labels that are ranks."""
    examples: tuple[JudgeExample, ...] = ()
    lexicon: dict[Slug, tuple[Words, ...]] = Field(default_factory=dict)
    """Named lists of phrases that its features count."""
