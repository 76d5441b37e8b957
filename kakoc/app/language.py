"""The language as a command shows it: its codes, and its faults as text. Compiles nothing."""

from __future__ import annotations

from kakoc.lang.codes import CODES, Code, shown
from kakoc.lang.render import Format, render

__all__ = ["CODES", "Code", "Format", "render", "shown"]
