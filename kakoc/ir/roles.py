"""The roles: prompts, demos, decoding, care levels, principles."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from kakoc.ir.base import Line, Node, Share, Slug, Words
from kakoc.types import Role


class Prompt(Node):
    """The words of one role, split by how often they change, as prefix caching needs it."""

    instructions: tuple[Line, ...]
    """Constant; what optimizers search. No placeholders."""
    facts: tuple[Line, ...] = ()
    """Once a conversation, below the instructions. `{path.of.card}`; empty values drop a line."""
    turn: tuple[Line, ...] = ()
    """Before each reply, at the very end, so that everything before it stays cached."""


class Demo(Node):
    """One example exchange, sent as chat turns."""

    user: Words
    assistant: dict[str, Any]
    """The role's output fields."""
    at: str = ""
    """`file:line` in the spec; not part of any fingerprint."""


class Decoding(Node):
    """Sampling parameters; a care level's own values win."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0)] | None = None
    stop: tuple[str, ...] | None = None
    """Texts that end a reply and are not part of it."""


class RoleSpec(Node):
    role: Role
    use: str
    """The DSPy module, `modules.seeker:Seeker`."""
    prompt: Prompt
    constitution: bool = False
    """Append the constitution's lines to the instructions."""
    demos: tuple[Demo, ...] = ()
    decoding: Decoding = Decoding()
    limits: dict[str, Annotated[int, Field(gt=0, le=4000)]] = Field(default_factory=dict)
    """Longest value of each string the role writes, in characters."""
    never: tuple[Words, ...] = ()
    """Phrases that show the role was lost (words, any case): the reply is drawn again."""


class CareLevel(Node):
    value: Share
    name: Slug
    guidance: tuple[Line, ...]
    """Told to the Supporter at the end of the prompt."""
    sentences: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    """Fewest and most sentences of a reply."""
    decoding: Decoding = Decoding()


class Principle(Node):
    id: Slug
    line: Line
