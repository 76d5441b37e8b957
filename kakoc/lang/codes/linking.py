"""Codes K5xx: the project's Python code that a spec names."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_JUDGE = """\
judges:
  - name: empathy
    use: modules.judges:%s
    weight: 1.0
    floor: 0.8
    rubric: The reply names what the person feels.
"""

LINKING = (
    Code(
        "K501",
        "`use` names no class of the project",
        "`use` is `module:Class`, looked up in the project's own packages.",
        {"judges.yaml": _JUDGE % "Empaty"},
        {"judges.yaml": _JUDGE % "Empathy"},
    ),
)
