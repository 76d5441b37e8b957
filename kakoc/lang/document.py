"""A read file: plain data and the place of every value and key. Knows nodes, not meanings.

Places are not stored. The composed nodes are kept instead, and a path is looked up in them when a
fault or a prompt line asks for it, which costs nothing for a spec without faults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from kakoc.diagnostics import Span

Part = str | int
Entries = dict[str, tuple[yaml.Node, yaml.Node]]


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a spec."""

    file: str
    """Path relative to the project's root."""
    text: str
    data: Any
    root: yaml.Node
    _entries: dict[int, Entries] = field(default_factory=dict, compare=False, repr=False)

    def value_span(self, *path: Part) -> Span:
        """Place of the value at `path`; of the deepest part that exists if it does not."""
        return node_span(self.file, self._find(path)[1])

    def key_span(self, *path: Part) -> Span:
        """Place of the key at the end of `path`; of the entry itself in a list."""
        return node_span(self.file, self._find(path)[0])

    def spot(self, needle: str, *path: Part) -> Span:
        """Place of `needle` inside the text at `path`; of the whole text if it is escaped there."""
        node = self._find(path)[1]
        source = self.text[node.start_mark.index : node.end_mark.index]
        offset = source.find(needle)
        if offset < 0:
            return node_span(self.file, node)
        before = source[:offset].split("\n")
        line = node.start_mark.line + len(before)
        left = node.start_mark.column if len(before) == 1 else 0
        column = left + len(before[-1]) + 1
        return Span(self.file, line, column, line, column + len(needle))

    def _find(self, path: tuple[Part, ...]) -> tuple[yaml.Node, yaml.Node]:
        key = value = self.root
        for part in path:
            found = self._child(value, part)
            if found is None:
                break
            key, value = found
        return key, value

    def _child(self, node: yaml.Node, part: Part) -> tuple[yaml.Node, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            return self._entries_of(node).get(str(part))
        inside = isinstance(node, yaml.SequenceNode) and isinstance(part, int)
        if not inside or not 0 <= int(part) < len(node.value):
            return None
        return node.value[int(part)], node.value[int(part)]

    def _entries_of(self, node: yaml.MappingNode) -> Entries:
        # A table per mapping that was asked for, so that many faults in a large one stay linear.
        if id(node) not in self._entries:
            self._entries[id(node)] = {key.value: (key, value) for key, value in node.value}
        return self._entries[id(node)]


def node_span(file: str, node: yaml.Node) -> Span:
    """Place of a node; of a group that spans lines only its first word."""
    start, end = node.start_mark, node.end_mark
    if isinstance(node, yaml.CollectionNode) and not (node.flow_style and start.line == end.line):
        is_block = isinstance(node, yaml.MappingNode) and not node.flow_style
        return node_span(file, node.value[0][0]) if is_block else mark_span(file, start)
    if (start.line, start.column) == (end.line, end.column):
        return mark_span(file, start)
    return Span(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def mark_span(file: str, mark: Any) -> Span:
    """One character at a YAML mark."""
    line, column = mark.line + 1, mark.column + 1
    return Span(file, line, column, line, column + 1)
