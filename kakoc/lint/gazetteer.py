"""Cities and countries by the names that people write. Knows the spec's names, no other.

Accents, case and punctuation make no difference. A name is only called wrong for a year when the
spec knows it from other years or other cities: what it never heard of it does not judge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kakoc.ir import City, Ir

Years = tuple[int, int]
"""First and last, both included."""


def plain(name: str) -> str:
    """ "São Paulo" -> "sao paulo"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept))


class Gazetteer:
    """The cities of one spec."""

    def __init__(self, ir: Ir) -> None:
        self._cities = {plain(city.id.replace("_", " ")): city for city in ir.cities}
        for city in ir.cities:
            for name in (city.name, *(old.name for old in city.formerly)):
                self._cities.setdefault(plain(name), city)
        now = {plain(city.country) for city in ir.cities}
        self._countries = now | {plain(old.country) for c in ir.cities for old in c.formerly}

    def city(self, name: str) -> City | None:
        """The city that was ever called so, in any spelling."""
        return self._cities.get(plain(name))

    def city_id(self, name: str) -> str:
        """Its id, or the empty text."""
        city = self.city(name)
        return city.id if city else ""

    def misnamed(self, city: City, name: str, country: str, years: Years) -> str:
        """What the place was called in those years, if not as it is written; else empty."""
        called = list(_called(city, years))
        names, countries = {plain(n) for n, _ in called}, {plain(c) for _, c in called}
        wrong_name = plain(name) not in {*names, plain(city.id.replace("_", " "))}
        wrong_country = plain(country) in self._countries and plain(country) not in countries
        return " or ".join(f"{n}, {c}" for n, c in called) if wrong_name or wrong_country else ""


def _called(city: City, years: Years) -> Iterator[tuple[str, str]]:
    """Each name and country of the city in those years, once."""
    seen = set()
    for year in range(years[0], years[1] + 1):
        named = (city.name, city.country)
        for old in city.formerly:
            if old.start <= year <= old.end:
                named = (old.name, old.country)
                break
        if named not in seen:
            seen.add(named)
            yield named
