"""Cities to train, dev and test. A city is on one side only, whatever the pairs are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kakoc.ir import Ir
from kakoc.types import digest

Split = Literal["train", "dev", "test"]


def city_splits(ir: Ir, cities: Sequence[str] | None = None) -> dict[str, Split]:
    """The split of every city of the spec, or of others.

    A hash of project and city decides the order, so that a new city moves few others.
    """
    names = list(dict.fromkeys(cities or [city.id for city in ir.cities]))
    drawn = sorted(names, key=lambda city: digest([ir.project.name, "split", city]))
    policy = ir.conversation.pairs
    test, dev = round(policy.test * len(drawn)), round(policy.dev * len(drawn))
    return {
        city: "test" if place < test else "dev" if place < test + dev else "train"
        for place, city in enumerate(drawn)
    }
