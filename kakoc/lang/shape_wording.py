"""The words for a mistake of shape. Knows pydantic's error types and the patterns of `kakoc.ir`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, get_args

from kakoc.lang.document import Part
from kakoc.lang.wording import Hints, described, listed, quoted

Path = tuple[Part, ...]
Words = tuple[str, str, str]
"""Code, message, help."""

UNKNOWN = "extra_forbidden"
_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "date_type": "a day of the calendar such as 2026-05-04",
    "date_parsing": "a day of the calendar such as 2026-05-04",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_LENGTHS = {
    "string_too_short": ("min_length", "at least"),
    "string_too_long": ("max_length", "at most"),
    "too_short": ("min_length", "at least"),
    "too_long": ("max_length", "at most"),
}
_WORDS_FOR_BOOL = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_CHOICES = ("literal_error", "union_tag_invalid")
_PATTERN_HELP = {
    r"^[a-z][a-z0-9_]*$": "use lower-case letters, digits and _, beginning with a letter",
    r"^(19|20)\d0s$": "write a decade such as 1970s, in quotes",
    r"^[A-Z][A-Z0-9_]*$": "use upper-case letters, digits and _, beginning with a letter",
    r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$": "write a language tag such as en or pt-BR",
    r"\S": "write words; spaces alone say nothing",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error of pydantic, tied to the data it is about."""

    kind: str
    path: Path
    value: Any
    context: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    missing: tuple[str, ...] = ()
    """Names of the fields that the mapping at `path` lacks."""
    in_key: bool = False

    @property
    def is_echo(self) -> bool:
        """Pydantic also calls a list too short whose entries have faults."""
        return self.kind == "too_short" and len(self.value) >= self.context["min_length"]

    @property
    def rank(self) -> int:
        """Of the branches of a union the lowest says most: what the writer nearly got right."""
        if self.kind in _CHOICES:
            return 0 if isinstance(self.value, str) else 3
        return 2 if self.kind in _TYPES else 1


def wording(mistake: Mistake, annotation: Any, names: list[str], hints: Hints) -> Words:
    """Code, message and help for a mistake.

    Args:
        annotation: what the model expects at the mistake's path (of its mapping, if unknown).
        names: fields that the mapping may have, if the field is unknown.
    """
    if mistake.kind == UNKNOWN:
        name = str(mistake.path[-1])
        return "K201", f"unknown field {quoted(name)}", hints.did_you_mean(name, names)
    if mistake.missing:
        fields = "fields" if len(mistake.missing) > 1 else "field"
        return "K202", f"missing {fields} {listed(mistake.missing)}", ""
    if mistake.kind in _CHOICES:
        return _no_choice(mistake, hints)
    if mistake.kind in _BOUNDS:
        key, bound = _BOUNDS[mistake.kind]
        limit = f"{bound} {mistake.context[key]}"
        return "K204", f"{_label(mistake)}: `{mistake.value}` is out of range; {limit}", ""
    if mistake.kind == "string_pattern_mismatch":
        message = f"{_label(mistake)}: {quoted(mistake.value)} is not spelt as it must be"
        pattern = mistake.context["pattern"]
        return "K206", message, _PATTERN_HELP.get(pattern, f"it must match {pattern}")
    if mistake.kind in _LENGTHS or mistake.kind == "missing":
        return _wrong_length(mistake, annotation)
    return _wrong_type(mistake)


def _no_choice(mistake: Mistake, hints: Hints) -> Words:
    stated = str(mistake.context.get("expected") or mistake.context["expected_tags"])
    choices = re.findall(r"'([^']*)'", stated) or [stated.lower()]
    found = described(mistake.value).removeprefix("the text ").removeprefix("the number ")
    message = f"{_label(mistake)}: {found} is not {listed(choices, 'or')}"
    return "K205", message, hints.did_you_mean(str(mistake.value), choices)


def _wrong_length(mistake: Mistake, annotation: Any) -> Words:
    unit = "character" if isinstance(mistake.value, str) else "entry"
    key, bound = _LENGTHS.get(mistake.kind, ("", ""))
    # "missing" is an entry that a list of fixed length lacks.
    limit = mistake.context[key] if key else len(get_args(annotation))
    needed = f"{bound} {limit} {unit}".strip() if limit == 1 else f"{bound} {limit} {_plural(unit)}"
    message = f"{_label(mistake)}: needs {needed.strip()}, has {len(mistake.value)}"
    return "K207", message, ""


def _plural(unit: str) -> str:
    return "entries" if unit == "entry" else f"{unit}s"


def _wrong_type(mistake: Mistake) -> Words:
    if mistake.kind not in _TYPES:
        return "K203", f"{_label(mistake)}: {mistake.message}", ""
    wanted = _TYPES[mistake.kind]
    message = f"{_label(mistake)}: expected {wanted}, found {described(mistake.value)}"
    return "K203", message, _type_help(wanted, mistake.value)


def _type_help(wanted: str, value: Any) -> str:
    if wanted == "text" and isinstance(value, dict):
        return "put text that holds `: ` in quotes"
    if wanted == "text" and isinstance(value, (bool, int, float)):
        return "put it in quotes"
    if wanted == "true or false" and str(value) in _WORDS_FOR_BOOL:
        return f"write {_WORDS_FOR_BOOL[str(value)]}"
    return "remove the quotes" if "number" in wanted and _is_number(value) else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip("+-").replace(".", "", 1).isdigit()


def _label(mistake: Mistake) -> str:
    """What the value is called: its field, or its number in a list."""
    if not mistake.path:
        return "the file"
    last = mistake.path[-1]
    if isinstance(last, str):
        return "a key" if mistake.in_key else quoted(last)
    holder = next((str(part) for part in reversed(mistake.path) if isinstance(part, str)), "")
    return f"entry {last + 1} of {quoted(holder)}" if holder else f"entry {last + 1}"
