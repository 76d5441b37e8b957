"""What the spec says of places and years, made quick to ask. Knows no person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from kakoc.errors import KakocError
from kakoc.ir import City, Decade, Ir, Standing


def decade_of(year: int) -> str:
    """The id of its decade: 1974 -> "1970s"."""
    return f"{year // 10 * 10}s"


def named(city: City, year: int) -> tuple[str, str]:
    """How the city and its country were called in that year."""
    for former in city.formerly:
        if former.start <= year <= former.end:
            return former.name, former.country
    return city.name, city.country


@dataclass(frozen=True, slots=True)
class Move:
    """A way in which somebody can have come to a city."""

    origin: City
    first: int
    last: int
    """Years of arrival, both included."""
    standings: tuple[Standing, ...] = ()
    settles: bool = True


@dataclass(frozen=True)
class World:
    """The places and decades in which a life can be led."""

    cities: tuple[City, ...]
    decades: dict[str, Decade]
    places: dict[str, dict[str, str]]

    def decade(self, year: int) -> Decade:
        return self.decades[decade_of(year)]

    def knows(self, year: int) -> bool:
        return decade_of(year) in self.decades

    def everyday_life(self, city: City, year: int) -> str:
        return self.places[city.id][decade_of(year)]

    def moves(self, city: City, first: int, last: int) -> list[Move]:
        """How people came to `city` in the years from `first` to `last`.

        A city that names no arrivals in a world where others do took nobody in; in a world
        without any, people come from everywhere.
        """
        return [
            replace(move, first=max(first, move.first), last=min(last, move.last))
            for move in self._moves[city.id]
            if max(first, move.first) <= min(last, move.last)
        ]

    @cached_property
    def _moves(self) -> dict[str, list[Move]]:
        told = any(city.arrivals for city in self.cities)
        return {
            city.id: list(self._told_moves(city) if told else self._any_moves(city))
            for city in self.cities
        }

    def _told_moves(self, city: City) -> Iterator[Move]:
        by_id = {other.id: other for other in self.cities}
        for arrival in city.arrivals:
            if arrival.origin in by_id:
                years = (arrival.since or 0, arrival.until or 9999)
                yield Move(by_id[arrival.origin], *years, arrival.status, arrival.settles)

    def _any_moves(self, city: City) -> Iterator[Move]:
        return (Move(other, 0, 9999) for other in self.cities if other.id != city.id)


def world_of(ir: Ir) -> World:
    """The world of a spec.

    Raises:
        KakocError: nobody can live in its present, because that decade is not described.
    """
    decades = {decade.id: decade for decade in ir.decades}
    presents = {ir.project.present_year, *(other.year for other in ir.project.other_presents)}
    for year in sorted(presents):
        if decade_of(year) not in decades:
            raise KakocError(
                f"spec/decades.yaml has no {decade_of(year)}, the decade of the present {year}",
                "describe it, or set another `present_year` in spec/project.yaml",
            )
    return World(ir.cities, decades, ir.places)
