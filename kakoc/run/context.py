"""What a run is given: the compiled spec, the cast, the judges, the memory. Pure wiring."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kakoc.ir import Ir, Profile
from kakoc.judging import RuleBook, reward_weights
from kakoc.lint.facts import FactBook
from kakoc.ports import Judge, Memo, Notify
from kakoc.run.cast import Cast
from kakoc.run.collisions import Collisions
from kakoc.run.judging import Bench
from kakoc.types import Failure, JudgeItem, Role, Verdict, derive_seed


@dataclass(frozen=True)
class RunContext:
    """Everything a stage may use; nothing else reaches it."""

    ir: Ir
    profile: Profile
    seed: int
    cast: Cast
    judges: Sequence[Judge]
    rules: RuleBook
    memo: Memo
    notify: Notify
    at_once: int = 1
    """Conversations in work at the same time."""
    parallel_variants: bool = False
    """True where the model server answers many requests at once; a slot answers one."""
    collisions: Collisions | None = None
    """Where texts are compared with those of earlier rows; None: they are not."""

    @cached_property
    def bench(self) -> Bench:
        """Where the steering judges sit."""
        return Bench(self.steering, self.memo)

    @property
    def weights(self) -> dict[str, float]:
        """Weights of the judges that make the reward."""
        return reward_weights(self.ir.judges)

    @cached_property
    def card_validator(self) -> Any:
        """Checks persona cards against the project's schema; built once, because that is slow."""
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self.ir.persona_schema)

    @cached_property
    def facts(self) -> FactBook:
        """What the words of a persona may not contradict."""
        return FactBook(self.ir)

    @property
    def steering(self) -> list[Judge]:
        """The judges that may touch a run; a held-out judge steers nothing."""
        heldout = {spec.name for spec in self.ir.judges if spec.use_for == "heldout"}
        return [judge for judge in self.judges if judge.name not in heldout]

    async def score(self, items: Sequence[JudgeItem]) -> list[dict[str, Verdict]]:
        """Verdicts of the steering judges, together with whatever else waits to be judged."""
        return await self.bench.score(items) if self.profile.judges else [{} for _ in items]

    def seeds(self, *parts: str | int | float) -> list[int]:
        """One seed for each allowed attempt at the same thing."""
        attempts = 1 + (self.ir.conversation.redraws if self.profile.guards else 0)
        return [derive_seed(self.seed, *parts, attempt) for attempt in range(attempts)]

    def failure(self, role: Role, row: Mapping[str, Any]) -> Failure:
        """A failure row whose raw text is dropped when a rule of class `exclude` forbids it."""
        found = Failure(**row)
        kinds = {violation.kind for violation in self.rules.check(_unescaped(found.raw), role)}
        return found.model_copy(update={"raw": ""}) if "exclude" in kinds else found


def _unescaped(raw: str) -> str:
    """The words of a raw reply, which may be broken JSON: `I\\u2019m` and `a\\nb` hide nothing."""
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), raw)
    words = re.sub(r"\\.", lambda match: match[0][1] if match[0][1] in '"\\/' else " ", plain)
    return words.encode("utf-8", "ignore").decode()  # half a surrogate pair has no bytes
