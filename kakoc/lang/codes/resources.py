"""Codes K441 and K442: help that is named in `resources.yaml` and when somebody checked it.

They depend on the day, so the examples lie where no day of reading them matters.
"""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_RESOURCES = """\
kinds:
  - {id: crisis_line, name: a crisis line, fits: Somebody wants to be listened to at once.}
entries:
  - kind: crisis_line
    name: A line that is made up for this example
    where: [berlin]
    contact: ["https://example.org/help"]
    verified_on: %s
    source: Nobody looked; it is an example.
"""
EXAMPLE_DAY = "2026-11-02"
"""From this day the good examples are good for 12 months."""

RESOURCES = (
    Code(
        "K441",
        "a resource was verified on a day that has not come",
        "The day says when somebody last found that it answers. It is compared with the day on"
        " which you check, wherever on Earth that day has begun.",
        {"resources.yaml": _RESOURCES % "2999-01-01"},
        {"resources.yaml": _RESOURCES % EXAMPLE_DAY},
    ),
    Code(
        "K442",
        "a resource was verified long ago",
        "Lines close and numbers are given to others, and nobody is to be sent to one of those. A"
        " warning, 12 months after the day; it stops nothing and changes no build.",
        {"resources.yaml": _RESOURCES % "1999-01-01"},
        {"resources.yaml": _RESOURCES % EXAMPLE_DAY},
    ),
)
