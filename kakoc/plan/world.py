"""What the spec says of places and years, made quick to ask. Knows no person."""

from __future__ import annotations

from dataclasses import dataclass

from kakoc.errors import KakocError
from kakoc.ir import City, Decade, Ir


def decade_of(year: int) -> str:
    """The id of its decade: 1974 -> "1970s"."""
    return f"{year // 10 * 10}s"


def named(city: City, year: int) -> tuple[str, str]:
    """How the city and its country were called in that year."""
    for former in city.formerly:
        if former.start <= year <= former.end:
            return former.name, former.country
    return city.name, city.country


@dataclass(frozen=True)
class World:
    """The places and decades in which a life can be led."""

    cities: tuple[City, ...]
    decades: dict[str, Decade]
    places: dict[str, dict[str, str]]
    present: int

    @property
    def now(self) -> Decade:
        return self.decades[decade_of(self.present)]

    def knows(self, year: int) -> bool:
        return decade_of(year) in self.decades

    def everyday_life(self, city: City, year: int) -> str:
        return self.places[city.id][decade_of(year)]


def world_of(ir: Ir) -> World:
    """The world of a spec.

    Raises:
        KakocError: nobody can live in its present, because that decade is not described.
    """
    decades = {decade.id: decade for decade in ir.decades}
    present = ir.project.present_year
    if decade_of(present) not in decades:
        raise KakocError(
            f"spec/decades.yaml has no {decade_of(present)}, the decade of `present_year`",
            "describe it, or set another `present_year` in spec/project.yaml",
        )
    return World(ir.cities, decades, ir.places, present)
