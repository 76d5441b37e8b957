"""`diff`: what an edit of the spec does, before anything is paid for it.

Compares two IRs: the prompts line by line, the people that the plan gives, the rules and judges,
and how many calls it would take to make again what is no longer true.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kakoc.app.asking import load_ir, profile_of
from kakoc.app.checking import checked
from kakoc.app.inputs import changed
from kakoc.app.promoting import Promotion, words_of
from kakoc.emit import ROLES, Row, rows
from kakoc.errors import StoreError
from kakoc.ir import Ir, Profile, fingerprint
from kakoc.judging.rules import CONTACT_RULE
from kakoc.plan import sample
from kakoc.project import Project, source_files
from kakoc.store.builds import Builds
from kakoc.types import Role

PROMOTED = "promoted words"
WORKING_TREE = "the files"
"""What the newer side is called when it is not a build."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line of a prompt that is not what it was."""

    part: str
    before: str
    """Empty for a line that came."""
    after: str
    """Empty for a line that went."""
    at: str
    """Where it stands now, or stood."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that an edit changes."""

    old: str
    new: str
    prompts: dict[Role, list[LineChange]]
    roles: dict[Role, list[str]]
    """By role: the parts that differ (words, demos, module, visible fields ...)."""
    rules: list[str]
    judges: list[str]
    personas: int
    """People of the larger plan whose card differs."""
    planned: int
    conversations: int
    """Conversations of that plan that would be held anew."""
    pairs: int
    """Their head-to-heads: turns x pairs of care levels."""
    calls: int
    """Model calls to make them again, if all have all their turns and no draw is refused."""
    stale: dict[Role, tuple[str, ...]]
    """Promoted prompts that no longer fit, and what changed."""

    @property
    def empty(self) -> bool:
        changes = (self.rules, self.judges, self.personas, self.conversations, self.stale)
        return not any(changes) and not any(self.prompts.values()) and not any(self.roles.values())


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    ir: Ir
    parts: dict[Role, dict[str, str]]
    promotions: Sequence[Promotion] = ()


def compare(project: Project, old: str | None, new: str | None, profile: str) -> Difference:
    """What lies between two builds, or between a build and the files as they are.

    Args:
        old: fingerprint of a build; None: the newest one.
        new: fingerprint of a build; None: the files.
        profile: whose plan and turns the estimate is for.

    Raises:
        SpecError: the files have errors.
        StoreError: a build is not there.
    """
    before = _build_side(project, old)
    after = _build_side(project, new) if new else _file_side(project)
    prompts = {role: _lines(rows(before.ir, role), rows(after.ir, role)) for role in ROLES}
    roles = {role: _parts(before.parts[role], after.parts[role], prompts[role]) for role in ROLES}
    asked = profile_of(after.ir, profile)
    planned, personas = _people(before.ir, after.ir, asked.personas)
    steered = any(roles.values()) or _steering(before.ir, profile) != _steering(after.ir, profile)
    held = planned if steered else personas
    cost = _cost(after.ir, asked, bool(roles["persona"]) or personas > 0)
    return Difference(
        old=before.name,
        new=after.name,
        prompts=prompts,
        roles=roles,
        rules=_rules(before.ir, after.ir),
        judges=_entries(before.ir.judges, after.ir.judges, "name"),
        personas=personas,
        planned=planned,
        conversations=held,
        pairs=held * _head_to_heads(after.ir, profile),
        calls=held * cost,
        stale={item.role: item.changed for item in after.promotions if item.stale},
    )


def _build_side(project: Project, name: str | None) -> _Side:
    builds = Builds(project.artifacts)
    manifest = builds.manifest(name) if name else builds.current()
    if manifest is None:
        raise StoreError(f"there is no build {name or 'yet'}", "make one with `kakoc build`")
    identity = str(manifest["fingerprint"])
    return _Side(f"build {identity}", load_ir(project, identity), manifest["roles"])


def _file_side(project: Project) -> _Side:
    _, ir = checked(project)
    words = words_of(project, ir, source_files(project))
    return _Side(WORKING_TREE, words.ir, words.parts, words.promotions)


def _parts(before: dict[str, str], after: dict[str, str], lines: Sequence[LineChange]) -> list[str]:
    """What differs of a role. Promoted words are none of its parts, and are said all the same."""
    found = changed(before, after)
    return found or ([PROMOTED] if any(line.before != line.after for line in lines) else [])


def _lines(before: Sequence[Row], after: Sequence[Row]) -> list[LineChange]:
    keys = [[(row.part, row.text) for row in side] for side in (before, after)]
    matcher = difflib.SequenceMatcher(a=keys[0], b=keys[1], autojunk=False)
    changes = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            changes += _replaced(before[a:b], after[c:d])
    return changes


def _replaced(before: Sequence[Row], after: Sequence[Row]) -> list[LineChange]:
    """Lines of one place, paired in their order; what has no partner came or went."""
    both = min(len(before), len(after))
    pairs = zip(before[:both], after[:both], strict=True)
    edited = [LineChange(new.part, old.text, new.text, new.at) for old, new in pairs]
    gone = [LineChange(row.part, row.text, "", row.at) for row in before[both:]]
    came = [LineChange(row.part, "", row.text, row.at) for row in after[both:]]
    return [*edited, *gone, *came]


def _entries(before: Sequence[Any], after: Sequence[Any], key: str) -> list[str]:
    old = {getattr(item, key): fingerprint(item) for item in before}
    new = {getattr(item, key): fingerprint(item) for item in after}
    return changed(old, new)


def _rules(before: Ir, after: Ir) -> list[str]:
    """Ids of the hard lines that differ; which contacts may be named is one of them."""
    contacts = [set(side.resources.contacts) for side in (before, after)]
    named = [] if contacts[0] == contacts[1] else [CONTACT_RULE]
    return [*_entries(before.rules, after.rules, "id"), *named]


def _people(before: Ir, after: Ir, count: int) -> tuple[int, int]:
    """How many people are planned, and how many of them are not who they were."""
    old, new = sample(before, count), sample(after, count)
    return count, sum(a.card != b.card for a, b in zip(old, new, strict=True))


def _steering(ir: Ir, profile: str) -> str:
    """Identity of everything besides prompts and people that decides what is said."""
    models = [ir.model(name) or name for name in ir.models.roles.values()]
    rules = [ir.rules, sorted(ir.resources.contacts)]
    policy = [ir.conversation, rules, ir.judges, ir.profiles.get(profile)]
    return fingerprint([*policy, models, ir.models.embedder])


def _head_to_heads(ir: Ir, profile: str) -> int:
    levels = len(ir.care_levels)
    return ir.profiles[profile].turns * levels * (levels - 1) // 2


def _cost(ir: Ir, profile: Profile, personas_too: bool) -> int:
    """Calls of one conversation that has all its turns, when no draw is refused."""
    levels = len(ir.care_levels)
    seekers = 1 + profile.turns * levels if profile.lookahead else profile.turns
    return profile.turns * levels * profile.best_of + seekers + (1 if personas_too else 0)
