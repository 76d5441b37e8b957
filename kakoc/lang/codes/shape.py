"""Codes K2xx: the shape of a file."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_PROFILE = "profiles:\n  - {name: quick, personas: 1, turns: 4, min_turns: 2%s}\n"
_GOOD = {"profiles.yaml": _PROFILE % ""}

SHAPE = (
    Code(
        "K201",
        "a field is unknown",
        "Every kind is closed, because a misspelt field would otherwise do nothing.",
        {"profiles.yaml": _PROFILE % ", lookahed: true"},
        {"profiles.yaml": _PROFILE % ", lookahead: true"},
    ),
    Code(
        "K202",
        "a field is missing",
        "It has no default that would be right for every project.",
        {"profiles.yaml": "profiles:\n  - {name: quick, turns: 4, min_turns: 2}\n"},
        _GOOD,
    ),
    Code(
        "K203",
        "a value has the wrong type",
        "Nothing is converted: the text `4` is not the number 4, and `no` is a word.",
        {"profiles.yaml": (_PROFILE % "").replace("turns: 4", 'turns: "4"')},
        _GOOD,
    ),
    Code(
        "K204",
        "a number is out of range",
        "The range is where the value makes sense, or where it is safe.",
        {"profiles.yaml": (_PROFILE % "").replace("turns: 4", "turns: 400")},
        _GOOD,
    ),
    Code(
        "K205",
        "a value is not one of those possible",
        "The field takes one of a few words.",
        {"profiles.yaml": _PROFILE % ", continuation: bset"},
        {"profiles.yaml": _PROFILE % ", continuation: best"},
    ),
    Code(
        "K206",
        "a name is not spelt as it must be",
        "Names are referred to in other files, in paths and in generated code.",
        {"profiles.yaml": (_PROFILE % "").replace("quick", "Quick one")},
        _GOOD,
    ),
    Code(
        "K207",
        "a text or list is too short or too long",
        "An empty text says nothing, and a long one does not fit into a prompt.",
        {"profiles.yaml": "profiles: []\n"},
        _GOOD,
    ),
)
