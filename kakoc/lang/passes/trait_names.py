"""Correlations join traits of their own family: two different ones, each pair once."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic
from kakoc.ir import TraitFamily
from kakoc.lang.context import Context


def trait_names(context: Context) -> list[Diagnostic]:
    return [
        fault
        for number, family in enumerate(context.traits.families)
        for fault in (*_unknown(context, number, family), *_no_pairs(context, number, family))
    ]


def _unknown(context: Context, number: int, family: TraitFamily) -> Iterator[Diagnostic]:
    known = {trait.id for trait in family.traits}
    for index, correlation in enumerate(family.correlations):
        for side, name in enumerate(correlation.between):
            if name not in known:
                path = ("families", number, "correlations", index, "between", side)
                message = f"family `{family.id}` has no trait `{name}`"
                help_ = context.hints.did_you_mean(name, known)
                yield Diagnostic("K302", message, context.where("traits.yaml", *path), help=help_)


def _no_pairs(context: Context, number: int, family: TraitFamily) -> Iterator[Diagnostic]:
    seen: set[frozenset[str]] = set()
    for index, correlation in enumerate(family.correlations):
        pair = frozenset(correlation.between)
        if len(pair) == 1 or pair in seen:
            path = ("families", number, "correlations", index, "between")
            reason = "is given twice" if pair in seen else "is a trait with itself"
            message = f"the correlation of `{'` and `'.join(correlation.between)}` {reason}"
            yield Diagnostic("K305", message, context.where("traits.yaml", *path))
        seen.add(pair)
