"""Whether a regular expression may be used: it compiles, says something, and comes to an end.

Python's engine tries every way to share a text between repetitions, so a repetition inside a
repetition can take for ever on a few words. Knows the syntax of patterns, not what they look for.
"""

from __future__ import annotations

import re
import warnings

from kakoc.judging.text import fold

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,\}|.", re.DOTALL)
_ENDLESS = re.compile(r"[+*]|\{\d*,\}")


def trouble(pattern: str) -> str:
    """Why a pattern cannot be used; empty if it can."""
    if _repeats_in_a_repeat(pattern):
        return "a repeated group repeats inside, which can take for ever"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(fold(pattern), re.IGNORECASE)
    except (re.error, FutureWarning) as error:  # a warning: some Python will read it otherwise
        return str(error)
    except (OverflowError, RecursionError):
        return "its groups or numbers are too large for Python's engine"
    return "it matches the empty text" if compiled.search("") else ""


def _repeats_in_a_repeat(pattern: str) -> bool:
    """Whether a group repeats without bound that holds, however deep, such a repetition."""
    open_groups, closed = [False], False
    for token in _TOKEN.findall(pattern):
        endless = bool(_ENDLESS.fullmatch(token))
        if endless and closed:
            return True
        if token == "(":
            open_groups.append(False)
        closed = token == ")" and len(open_groups) > 1 and open_groups.pop()
        open_groups[-1] |= endless or closed
    return False
