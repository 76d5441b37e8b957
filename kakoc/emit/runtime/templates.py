"""Fill the lines of a prompt with values of a card. Knows lines and dotted paths, nothing else.

A line names values as `{dotted.path}`; `{{` and `}}` are braces. A line one of whose values is
empty is left out, so that a card without children has no sentence about children.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([a-z_][a-z0-9_.]*)\}")


def paths(line: str) -> list[str]:
    """The dotted paths that a line names, in order."""
    return [match.group(1) for match in PLACEHOLDER.finditer(line) if match.group(1)]


def fill(lines: Iterable[str], values: Mapping[str, Any]) -> str:
    """Lines joined with newlines, placeholders replaced.

    Args:
        lines: templates; one whose value is empty is left out.
        values: nested mappings; lists are joined with "; ".

    Raises:
        KeyError: a line names a path that `values` does not hold (it may be hidden from the role).
    """
    filled = (_fill_line(line, values) for line in lines)
    return "\n".join(line for line in filled if line is not None)


def each(line: str, values: Mapping[str, Any]) -> list[str]:
    """The line once for each item of the first list it names; once if it names none."""
    for path in paths(line):
        value = _lookup(values, path)
        if isinstance(value, (list, tuple)):
            singles = [line.replace(f"{{{path}}}", _literal(str(item))) for item in value]
            return [text for single in singles for text in each(single, values)]
    return [fill([line], values)]


def visible(card: Mapping[str, Any], allowed: Iterable[str]) -> dict[str, Any]:
    """The part of `card` below the dotted paths of `allowed`; everything else is not there."""
    view: dict[str, Any] = {}
    for path in allowed:
        *parents, leaf = path.split(".")
        source: Any = card
        for name in parents:
            source = source.get(name, {})
        if leaf in source:
            target = view
            for name in parents:
                target = target.setdefault(name, {})
            target[leaf] = source[leaf]
    return view


def _literal(text: str) -> str:
    """`text` as a template that is filled with nothing."""
    return text.replace("{", "{{").replace("}", "}}")


def _fill_line(line: str, values: Mapping[str, Any]) -> str | None:
    found = {path: _text(_lookup(values, path)) for path in paths(line)}
    if not all(found.values()):
        return None
    return PLACEHOLDER.sub(lambda match: _replace(match, found), line)


def _replace(match: re.Match[str], found: Mapping[str, str]) -> str:
    return found[match.group(1)] if match.group(1) else match.group(0)[0]


def _lookup(values: Mapping[str, Any], path: str) -> Any:
    value: Any = values
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            raise KeyError(f"{path} is not visible here")
        value = value[name]
    return value


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(_text(item) for item in value)
    return "" if value is None else str(value)
