"""The table of all diagnostic codes. The first digit is the phase; a code never changes meaning."""

from __future__ import annotations

from kakoc.lang.codes.code import Code, Content, Link, Repeated, shown
from kakoc.lang.codes.linking import LINKING
from kakoc.lang.codes.meaning import MEANING
from kakoc.lang.codes.names import NAMES
from kakoc.lang.codes.prompting import PROMPTING
from kakoc.lang.codes.resources import RESOURCES
from kakoc.lang.codes.shape import SHAPE
from kakoc.lang.codes.source import SOURCE
from kakoc.lang.codes.unwise import UNWISE
from kakoc.lang.codes.world import WORLD

CODES: dict[str, Code] = {
    entry.code: entry
    for table in (SOURCE, SHAPE, NAMES, MEANING, PROMPTING, UNWISE, WORLD, RESOURCES, LINKING)
    for entry in table
}

__all__ = ["CODES", "Code", "Content", "Link", "Repeated", "shown"]
