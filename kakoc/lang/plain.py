"""YAML nodes to plain data. Knows which words are numbers, true, false or null; no spec.

Scalars follow YAML 1.2: `no`, `on` and `1:30` are text. What a spec must not hold is a fault:
duplicate keys, tags, merge keys, groups as keys, numbers that JSON cannot carry, alias bombs.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.composing import GROUP, PLAIN, TEXT
from kakoc.lang.document import mark_span, node_span
from kakoc.lang.wording import MOST_FAULTS, quoted

MAX_EXPANDED = 12_000_000
"""Characters of a file after its aliases were replaced by what they stand for; no file without
aliases has as many."""
MAX_ENTRIES = 20_000
"""Of one list or mapping."""
VALUE = 16
"""Characters that a value counts for besides its text."""

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MOST_DIGITS = 15
_ESCAPED_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNTAGGED = (PLAIN, TEXT, "tag:yaml.org,2002:str")


class Enough(Exception):
    """The rest of the file is not looked at: it is too much, or has too many faults."""


class Converter:
    """Converts the nodes of one file and collects the faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Diagnostic] = []
        self._size = 0
        self._groups: dict[int, tuple[Any, int] | None] = {}

    def convert(self, root: yaml.Node) -> Any:
        try:
            return self._value(root)
        except Enough:
            return None

    def _value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._groups:
            return self._repeated(node)
        if node.tag != GROUP:
            self._fault("K103", f"tag {quoted(node.tag)} is not supported", node, "remove the tag")
        self._bound(node)
        self._groups[id(node)] = None
        before = self._size
        self._grow(node, VALUE)
        value = self._mapping(node) if isinstance(node, yaml.MappingNode) else self._list(node)
        self._groups[id(node)] = (value, self._size - before)
        return value

    def _bound(self, node: yaml.Node) -> None:
        if len(node.value) > MAX_ENTRIES:
            message = f"{len(node.value):,} entries; {MAX_ENTRIES:,} are allowed"
            self._fault("K106", message, node, "leave out what is not needed")
            raise Enough

    def _repeated(self, node: yaml.Node) -> Any:
        known = self._groups[id(node)]
        if known is None:
            self._fault("K104", "an alias stands inside the value that it repeats", node)
            raise Enough
        value, size = known
        self._grow(node, size)
        return value

    def _list(self, node: yaml.Node) -> list[Any]:
        return [self._value(item) for item in node.value]

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        repeated = []
        for key, value in node.value:
            name = self._key(key)
            if name in entries:
                repeated.append(key)
            elif name is not None:
                entries[name] = self._value(value)
        if repeated:
            self._duplicates(node, repeated)
        return entries

    def _key(self, key: yaml.Node) -> str | None:
        """The text of a key, also if it looks like a number; None: it cannot be one."""
        if isinstance(key, yaml.ScalarNode) and (key.value != "<<" or key.tag == TEXT):
            self._text(key)
            return str(key.value)
        what = "a merge key" if isinstance(key, yaml.ScalarNode) else "a list or mapping as a key"
        self._fault("K113", f"{what} is not supported", key, "write the fields out")
        return None

    def _duplicates(self, node: yaml.MappingNode, repeated: list[yaml.ScalarNode]) -> None:
        first = {key.value: key for key, _ in reversed(node.value) if isinstance(key.value, str)}
        for key in repeated:
            related = ((node_span(self.file, first[key.value]), "first given here"),)
            message = f"duplicate key {quoted(key.value)}"
            place = node_span(self.file, key)
            self._add(Diagnostic("K102", message, place, related=related))

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text = self._text(node)
        return self._plain(node, text) if node.tag == PLAIN else text

    def _text(self, node: yaml.ScalarNode) -> str:
        text: str = node.value
        self._grow(node, len(text) + VALUE)
        if node.tag not in _UNTAGGED:
            self._fault("K103", f"tag {quoted(node.tag)} is not supported", node, "remove the tag")
        if node.style == '"' and _ESCAPED_CONTROL.search(text):
            self._fault("K107", "the text holds an escaped control character", node)
        return text

    def _plain(self, node: yaml.ScalarNode, text: str) -> Any:
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "0123456789+-." or not _NUMBER.fullmatch(text):
            return text
        if sum(map(str.isdigit, text)) > _MOST_DIGITS or math.isinf(float(text)):
            help_ = "put it in quotes if it is text"
            self._fault("K114", f"the number {quoted(text)} is too long", node, help_)
            return 0
        return int(text) if text.lstrip("+-").isdigit() else float(text)

    def _grow(self, node: yaml.Node, size: int) -> None:
        self._size += size
        if self._size > MAX_EXPANDED:
            self._fault("K104", f"aliases make more than {MAX_EXPANDED:,} characters", node)
            raise Enough

    def _fault(self, code: str, message: str, node: yaml.Node, help_: str = "") -> None:
        place = node_span if isinstance(node, yaml.ScalarNode) else _start
        self._add(Diagnostic(code, message, place(self.file, node), help=help_))

    def _add(self, fault: Diagnostic) -> None:
        self.faults.append(fault)
        if len(self.faults) > MOST_FAULTS:
            raise Enough


def _start(file: str, node: yaml.Node) -> Span:
    return mark_span(file, node.start_mark)
