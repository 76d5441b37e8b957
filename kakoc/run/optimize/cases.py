"""Cases: places of stored conversations at which a role speaks, with all that it is told there.

A case holds the request as the run made it, seeds included, so that a reply which the run paid for
is not paid for again. Which city goes to which part is decided by the city alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kakoc.errors import KakocError
from kakoc.ir import Ir
from kakoc.ports import CallSite
from kakoc.types import JudgeItem, digest

Part = Literal["train", "dev", "held_out"]
HELD_OUT = 30
"""Seekers that are kept back, where the run has enough of them."""
HELD_OUT_SHARE = 0.45
"""Of the Seekers of a run that is too small for that."""
DEV_SHARE = 0.4
"""Of the cities that are not held out."""
FEWEST_CITIES = 6
"""Two for each part: one city alone has no interval."""


@dataclass(frozen=True, eq=False)
class Case:
    """One place to speak. Compared by identity, and copied by nobody."""

    id: str
    persona: str
    city: str
    care: str
    """Name of the care level; empty for a role that has none."""
    site: CallSite = field(repr=False)
    inputs: Mapping[str, Any] = field(repr=False)
    """What the module is called with; `config` lacks the seed."""
    seeds: Sequence[int] = field(repr=False)
    """One for each draw."""
    label: Any = field(default=None, repr=False)
    """What was said there in the run, or in a demo of the spec."""
    usual: float | None = field(default=None, repr=False)
    """What the metric says of `label`."""
    item: JudgeItem | None = field(default=None, repr=False)
    """What a judge sees, without the reply."""
    around: Any = field(default=None, repr=False)
    """Whatever else the role's task needs to know of the place."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Case:
        return self  # optimizers copy their data sets


def split_cities(ir: Ir, seekers: Mapping[str, int]) -> dict[str, Part]:
    """The part of each city. Held-out cities come first in the order that `splits` has as well.

    Args:
        seekers: city -> Seekers of the run that live there.

    Raises:
        KakocError: there are too few cities for three parts.
    """
    drawn = sorted(seekers, key=lambda city: digest([ir.project.name, "split", city]))
    if len(drawn) < FEWEST_CITIES:
        raise KakocError(
            f"the run has Seekers of {len(drawn)} cities; {FEWEST_CITIES} are the least",
            "make a larger one: kakoc run --personas 69",
        )
    wanted = min(HELD_OUT, math.ceil(sum(seekers.values()) * HELD_OUT_SHARE))
    held, rest = _first(drawn, seekers, wanted)
    dev = max(2, round(DEV_SHARE * len(rest)))
    parts: dict[str, Part] = dict.fromkeys(held, "held_out")
    return parts | dict.fromkeys(rest[:dev], "dev") | dict.fromkeys(rest[dev:], "train")


def some(cases: Iterable[Case], count: int) -> list[Case]:
    """About `count` cases, spread over people; what is asked at one place stays together.

    Each person gives a place before anyone gives a second one. The people's own order is kept, so
    that calls that share the start of their prompt follow one another.
    """
    places: dict[str, list[Case]] = {}
    for case in cases:
        places.setdefault(f"{case.persona}/{case.site.turn}", []).append(case)
    given: Counter[str] = Counter()
    order = []
    for name in sorted(places, key=lambda name: digest(["case", name])):
        person = places[name][0].persona
        order.append((given[person], digest(["person", person]), name))
        given[person] += 1
    chosen: list[Case] = []
    for _, _, name in sorted(order):
        if len(chosen) >= count:
            break
        chosen += places[name]
    return sorted(chosen, key=lambda case: case.persona)


def _first(
    drawn: Sequence[str], seekers: Mapping[str, int], wanted: int
) -> tuple[list[str], list[str]]:
    held: list[str] = []
    rest = list(drawn)
    while len(rest) > 4 and sum(seekers[city] for city in held) < wanted:
        held.append(rest.pop(0))
    return held, rest
