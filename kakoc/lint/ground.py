"""What data are compared with: the spec, made quick to ask. Knows no finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kakoc.ir import Ir
from kakoc.judging import RuleBook
from kakoc.lint.facts import FactBook
from kakoc.lint.gazetteer import Gazetteer
from kakoc.lint.prototype import card_schema
from kakoc.lint.vocabulary import Vocabulary

LEVELS_OF_PROTOTYPE = ("denied", "passive", "active")


@dataclass(frozen=True)
class Ground:
    """One spec, and what kind of data it is held against."""

    ir: Ir
    imported: bool = False
    """Data of the prototype: cards of another shape, made by other code."""
    min_turns: int = 1
    """A conversation that is ok has at least so many."""

    @cached_property
    def places(self) -> Gazetteer:
        return Gazetteer(self.ir)

    @cached_property
    def problems(self) -> Vocabulary:
        return Vocabulary(self.ir)

    @cached_property
    def rules(self) -> RuleBook:
        return RuleBook.of(self.ir)

    def rules_at(self, city: str) -> RuleBook:
        """The rules with the contacts that can be reached from a city; all, if it is not known."""
        if city not in self._rules_by_city:
            self._rules_by_city[city] = self._local_rules(city)
        return self._rules_by_city[city]

    def _local_rules(self, city: str) -> RuleBook:
        known = next((each for each in self.ir.cities if each.id == city), None)
        if known is None or not self.ir.resources.entries:
            return self.rules
        return RuleBook(self.ir.rules, self.ir.resources.at(known).contacts)

    @cached_property
    def _rules_by_city(self) -> dict[str, RuleBook]:
        return {}

    @cached_property
    def facts(self) -> FactBook:
        return FactBook(self.ir)

    @cached_property
    def validator(self) -> Any:
        """Of cards; built once, because that is slow."""
        from jsonschema import Draft202012Validator

        return Draft202012Validator(
            card_schema(self.ir) if self.imported else self.ir.persona_schema
        )

    @cached_property
    def risk_levels(self) -> tuple[str, ...]:
        if self.imported:
            return LEVELS_OF_PROTOTYPE
        return tuple(
            option.id for c in self.ir.categories if c.id == "risk" for option in c.options
        )

    @cached_property
    def presents(self) -> set[int]:
        """The years in which somebody of this spec may speak."""
        project = self.ir.project
        return {project.present_year, *(other.year for other in project.other_presents)}

    @cached_property
    def prose(self) -> tuple[tuple[str, ...], ...]:
        """Paths of the card's fields that a model writes."""
        return tuple(_written(self.ir.persona_schema))


def _written(schema: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in schema.get("properties", {}).items():
        if field.get("x-written-by") == "model":
            yield (*path, name)
        else:
            yield from _written(field, (*path, name))
