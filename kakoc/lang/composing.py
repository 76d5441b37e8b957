"""YAML or JSON text to nodes, with the C loader. Knows YAML's syntax, not its values.

The loader's own resolver is replaced: types are decided later (`plain.py`). Nesting is bounded
while composing, because the C composer recurses on the machine's stack, and so is the number of
nodes, because each takes a hundred times the memory of the two characters that make one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from kakoc.diagnostics import Diagnostic
from kakoc.lang.document import mark_span

MAX_DEPTH = 40
PLAIN, TEXT, GROUP = "plain", "text", "group"
"""Tags given to nodes that carry none: a bare word, a quoted or block text, a list or mapping."""


MAX_NODES = 350_000
MAX_GROUPS = 60_000


@dataclass(slots=True)
class Room:
    """How much may still be read; the files of one spec share it."""

    nodes: int = MAX_NODES
    groups: int = MAX_GROUPS
    """Lists and mappings: a wrong one can have many faults."""
    is_full: bool = False
    """A file wanted more."""


class TooDeep(yaml.MarkedYAMLError):
    """Lists or mappings are nested deeper than `MAX_DEPTH`."""


class TooMany(yaml.MarkedYAMLError):
    """There is no room for more nodes."""


class _Loader(yaml.CSafeLoader):
    room: Room
    depth = 0

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        self.depth += 1
        self.room.nodes -= 1
        if current_node is None:
            return
        if self.depth > MAX_DEPTH + 1:
            raise TooDeep(problem_mark=current_node.start_mark)
        if self.room.nodes < 0 or self.room.groups < 0:
            self.room.is_full = True
            raise TooMany(problem_mark=current_node.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            self.room.groups -= 1
            return GROUP
        return PLAIN if implicit[0] else TEXT


def compose(file: str, text: str, room: Room) -> tuple[yaml.Node | None, list[Diagnostic]]:
    """The root node, or None and the fault that prevents it."""
    loader = _Loader(text)
    loader.room = room
    try:
        root = loader.get_single_node()
    except TooDeep as error:
        message = f"nested deeper than {MAX_DEPTH} levels"
        return None, [Diagnostic("K105", message, mark_span(file, error.problem_mark))]
    except TooMany as error:
        message = f"with this the spec has more than {MAX_NODES:,} values in {MAX_GROUPS:,} groups"
        place = mark_span(file, error.problem_mark)
        return None, [Diagnostic("K106", message, place, help="leave out what is not needed")]
    except yaml.MarkedYAMLError as error:
        return None, [_syntax_fault(file, error)]
    if root is None:
        help_ = "write the fields of the file, or delete it if it is optional"
        place = mark_span(file, yaml.Mark(file, 0, 0, 0, None, 0))
        return None, [Diagnostic("K109", "the file is empty", place, help=help_)]
    return root, []


def _syntax_fault(file: str, error: yaml.MarkedYAMLError) -> Diagnostic:
    what = ": ".join(filter(None, ["not valid YAML", error.context, error.problem]))
    begun = error.context_mark
    related = ((mark_span(file, begun), "it begins here"),) if begun else ()
    place = mark_span(file, error.problem_mark or begun)
    return Diagnostic("K101", what, place, help=_advice(str(error.problem)), related=related)


def _advice(problem: str) -> str:
    if "cannot start any token" in problem:
        return "indent with spaces; put text that starts with @, `, % or a tab in quotes"
    if "mapping values are not allowed" in problem:
        return "put text that holds `: ` in quotes"
    if "undefined alias" in problem:
        return "put text that starts with * in quotes"
    return ""
