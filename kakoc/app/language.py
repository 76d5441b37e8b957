"""The codes of specs and data, and faults of a spec as text. Compiles and checks nothing."""

from __future__ import annotations

from kakoc.lang.codes import CODES, Code, shown
from kakoc.lang.render import Format, render
from kakoc.lint.codes import LINT_CODES, LintCode

__all__ = ["CODES", "LINT_CODES", "Code", "Format", "LintCode", "render", "shown"]
