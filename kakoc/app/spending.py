"""What a run that stopped early has spent, what it has left to do, and how it goes on. In words."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kakoc.app.asking import Asked
from kakoc.errors import BudgetError, StoppedError
from kakoc.ir import Ir
from kakoc.lm import Limits
from kakoc.ports import Meter


@dataclass(slots=True)
class Progressed:
    """How far a run came, heard from its events; what the journal answers is heard as well."""

    turns: Counter[str] = field(default_factory=Counter)
    """By person."""
    begun: set[str] = field(default_factory=set)
    """Who has a voice."""
    ended: dict[str, str] = field(default_factory=dict)
    """Person -> status of the conversation."""

    def hear(self, name: str, values: Mapping[str, Any]) -> None:
        if name == "turn":
            self.turns[str(values["persona"])] += 1
        elif name == "persona":
            self.begun.add(str(values["persona"]))
        elif name == "conversation":
            self.ended[str(values["persona"])] = str(values["status"])

    @property
    def ok(self) -> int:
        return sum(status == "ok" for status in self.ended.values())

    def conversations_left(self, asked: Asked) -> int:
        """To be held yet; with `--accept`, where all of them pass."""
        return asked.at_least - (len(self.ended) if asked.accept is None else self.ok)

    def calls_left(self, ir: Ir, asked: Asked, meter: Meter) -> int:
        """About so many: as many a turn as till now, and every conversation with all its turns."""
        open_ = self.begun - set(self.ended)
        # Whoever is in the middle of a turn has made half of it, as a rule.
        done = sum(self.turns.values()) + len(open_) / 2
        begun = sum(self.turns[person] for person in open_) + len(open_) / 2
        turns = self.conversations_left(asked) * asked.profile.turns - begun
        used = (meter.calls + meter.hits) / done if done else _calls_a_turn(ir, asked)
        return max(1, round(turns * used))


def stopped_early(
    error: BudgetError,
    ir: Ir,
    asked: Asked,
    meter: Meter,
    progressed: Progressed,
    command: str | None,
) -> BudgetError:
    """`error` with all that its reader needs to decide how to go on.

    Args:
        command: that goes on with the run, if it can be told.
    """
    finished = f"{_finished(asked, progressed)}"
    left = f"about {progressed.calls_left(ir, asked, meter):,} calls are left to make"
    hint = f"{left}; spent: {spent(meter)}\n  {_go_on(error, meter)}"
    if command:
        hint += f"\n  {command}"
    if isinstance(error, StoppedError):
        text = f"interrupted; the same command goes on where it stopped; {finished}"
        return StoppedError(text, hint, error.signal)
    return BudgetError(f"{error}; {finished}", hint)


def spent(meter: Meter) -> str:
    """Calls, tokens and cost."""
    tokens = meter.usage.prompt + meter.usage.completion
    untold = f" and at most {meter.untold:,} that no server told of" if meter.untold else ""
    cost = "cost unknown, for want of a `price`" if meter.bill is None else f"cost {meter.bill:.4f}"
    return f"{meter.calls:,} calls, {tokens:,} tokens{untold}, {cost}"


def limit_options(limits: Limits) -> str:
    """As the command line has them."""
    given = {
        "--max-calls": limits.calls,
        "--max-tokens": limits.tokens,
        "--max-seconds": limits.seconds,
        "--max-cost": limits.cost,
    }
    return shlex.join(
        part
        for name, value in given.items()
        if value is not None
        for part in (name, f"{value:g}" if isinstance(value, float) else str(value))
    )


def _finished(asked: Asked, progressed: Progressed) -> str:
    if asked.accept is None:
        return f"{len(progressed.ended)} of {asked.at_least} conversations are finished"
    return (
        f"{progressed.ok} of {asked.accept} conversations are accepted, "
        f"{len(progressed.ended)} are finished"
    )


def _go_on(error: BudgetError, meter: Meter) -> str:
    paid = "what was paid for is in the journal and free"
    if isinstance(error, StoppedError):
        return paid
    if not meter.calls:
        return f"not one call fitted into this budget, so only a larger budget goes on; {paid}"
    return f"{paid}: the same command goes on, and with a larger budget goes on further"


def _calls_a_turn(ir: Ir, asked: Asked) -> float:
    """Where no turn tells: the Seeker's, the Supporter's variants, and who looks ahead at each."""
    profile, levels = asked.profile, len(ir.care_levels)
    return 1 / profile.turns + 1 + levels * (profile.best_of + profile.lookahead)
