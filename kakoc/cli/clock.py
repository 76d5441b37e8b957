"""The day it is, for what asks how long ago something was verified. The only clock of a check."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

FURTHEST_EAST = timedelta(hours=14)


def today() -> date:
    """The latest day that has begun anywhere.

    Who verified a resource this morning in the east has not done so in the future, also when a
    machine that keeps another zone checks it.
    """
    return (datetime.now(UTC) + FURTHEST_EAST).date()
