"""kakoc compiles YAML specs into conversations and training data for a crisis-support model.

The names below are what a project's own code (`modules/judges/`, `optimizers/`) may rely on. Each
is loaded on first use: importing `kakoc` loads none of its rooms.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kakoc.judging.base import JudgeBase, JudgeContext, mean, unscored
    from kakoc.judging.reading import Reading, read
    from kakoc.run.optimize.recipe import Search
    from kakoc.types import JudgeItem, Message, Verdict, Violation

__version__ = "0.1.0"

_HOMES = {
    "kakoc.judging.base": ("JudgeBase", "JudgeContext", "mean", "unscored"),
    "kakoc.judging.reading": ("Reading", "read"),
    "kakoc.run.optimize.recipe": ("Search",),
    "kakoc.types": ("JudgeItem", "Message", "Verdict", "Violation"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "JudgeBase",
    "JudgeContext",
    "JudgeItem",
    "Message",
    "Reading",
    "Search",
    "Verdict",
    "Violation",
    "__version__",
    "mean",
    "read",
    "unscored",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
