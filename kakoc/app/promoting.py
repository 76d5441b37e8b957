"""Promoted prompts: what an optimizer found for a role, used while the role is still the same.

`optimizers/promoted/<role>.json` names the fingerprint of the role it was found for. When the spec
or the module of that role has changed since, the file is kept and marked stale, and not loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from kakoc.app.inputs import changed
from kakoc.emit import ROLES, role_parts
from kakoc.errors import ProjectError
from kakoc.ir import Demo, Ir, Line, Prompt, RoleSpec
from kakoc.project import Project
from kakoc.types import Record, Role

FOLDER = "optimizers/promoted"


class Promoted(Record):
    """One promoted prompt, as its file holds it."""

    version: int = 1
    role: Role
    parts: dict[str, str]
    """What the role was made of then (`kakoc.emit.role_parts`)."""
    instructions: tuple[str, ...]
    demos: tuple[Demo, ...] = ()
    origin: str = ""
    """The run that found it."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What became of one promoted prompt in a build."""

    role: Role
    changed: tuple[str, ...]
    """Parts of the role that are not what they were; empty: the prompt is loaded."""

    @property
    def stale(self) -> bool:
        return bool(self.changed)


def read_promoted(project: Project) -> dict[Role, Promoted]:
    """The promoted prompts of the project, by role.

    Raises:
        ProjectError: a file is not what `kakoc promote` writes.
    """
    found = {}
    for role in ROLES:
        path = project.root / FOLDER / f"{role}.json"
        if path.is_file():
            try:
                found[role] = Promoted.model_validate_json(path.read_bytes())
                _require_role(project.relative(path), role, found[role])
            except ValidationError as error:
                fault = error.errors()[0]
                place = ".".join(str(part) for part in fault["loc"]) or "the file"
                raise ProjectError(
                    f"{project.relative(path)}: {place}: {fault['msg']}",
                    "mend it, or delete it to use the words of the spec",
                ) from error
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """A spec with the words that are used: promoted ones where they fit."""

    ir: Ir
    parts: dict[Role, dict[str, str]]
    """What each role is made of without promoted words."""
    promotions: list[Promotion]


def words_of(project: Project, ir: Ir, code: dict[str, bytes]) -> Words:
    """The spec as it runs.

    Args:
        ir: the spec as it is written.
        code: the project's `modules/*.py` by path.
    """
    parts = {role: role_parts(ir, role, code) for role in ROLES}
    promoted = read_promoted(project)
    found = promotions(promoted, parts)
    return Words(promote(ir, promoted, found), parts, found)


def promotions(promoted: dict[Role, Promoted], now: dict[Role, dict[str, str]]) -> list[Promotion]:
    """Which promoted prompts still fit their role.

    Args:
        now: what each role is made of (`kakoc.emit.role_parts`).
    """
    return [
        Promotion(role, tuple(changed(prompt.parts, now[role])))
        for role, prompt in promoted.items()
    ]


def promote(ir: Ir, promoted: dict[Role, Promoted], fitting: list[Promotion]) -> Ir:
    """The IR with the promoted words of every role whose promotion is not stale."""
    roles = dict(ir.roles)
    for promotion in fitting:
        if not promotion.stale:
            roles[promotion.role] = _with_words(ir, promoted[promotion.role])
    return ir.model_copy(update={"roles": roles})


def _require_role(path: str, role: Role, prompt: Promoted) -> None:
    if prompt.role != role:
        raise ProjectError(
            f"{path} holds a prompt of {prompt.role}", f"rename it {prompt.role}.json"
        )


def _with_words(ir: Ir, prompt: Promoted) -> RoleSpec:
    role = ir.roles[prompt.role]
    place = f"{FOLDER}/{prompt.role}.json"
    lines = tuple(Line(text=text, at=place) for text in prompt.instructions)
    words = Prompt(instructions=lines, facts=role.prompt.facts, turn=role.prompt.turn)
    demos = tuple(demo.model_copy(update={"at": place}) for demo in prompt.demos)
    # The constitution is part of what was optimized, so it is not appended a second time.
    return role.model_copy(update={"prompt": words, "demos": demos, "constitution": False})
