"""How long ago the entries of `resources.yaml` were verified, seen from a day that is handed in.

All else that `check` says follows from the spec's bytes. Whether a telephone still answers does
not: it ages while no byte changes. So this is a pass of its own, made for one day, and only what a
person looks at (`kakoc check`, the commands that build) makes it; the compiler asks no clock. It
changes no IR and no fingerprint: an old entry is a warning and is compiled as it stands, and with a
day that has not come, an error, nothing is compiled. Knows days, not whether anybody answers.
"""

from __future__ import annotations

from datetime import date

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Ir, ResourceEntry
from kakoc.lang import ExtraPass, Where
from kakoc.lang.wording import quoted

FILE = "resources.yaml"


def verified(today: date) -> ExtraPass:
    """K441 for an entry verified after `today`, K442 for one verified over 12 months before."""

    def check(ir: Ir, where: Where) -> list[Diagnostic]:
        found = (
            _fault(entry, today, where(FILE, "entries", number, "verified_on"))
            for number, entry in enumerate(ir.resources.entries)
        )
        return [fault for fault in found if fault]

    return check


def _fault(entry: ResourceEntry, today: date, place: Span) -> Diagnostic | None:
    name, day = quoted(entry.name), entry.verified_on
    if day > today:
        message = f"{name} was verified on {day}, and that day has not come"
        return Diagnostic("K441", message, place, help=entry.advice["verified_on"])
    if day < _year_before(today):
        message = f"{name} was verified on {day}, more than 12 months ago"
        help_ = "check again that it answers, and write the new day"
        return Diagnostic("K442", message, place, "warning", help_)
    return None


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
