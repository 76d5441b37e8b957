"""Checked files to the IR: merges what several files hold and notes where every prompt line stands.

Knows no checks: the passes found no fault in what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable

from kakoc.ir import (
    CareLevel,
    ConversationSpec,
    Ir,
    JudgeSpec,
    Line,
    Principle,
    RoleSpec,
)
from kakoc.lang.context import Context, judge_of
from kakoc.lang.document import Part


def lower(context: Context) -> Ir:
    """The whole spec as one value."""
    return Ir(
        project=context.project,
        cities=context.cities.cities,
        decades=context.decades.decades,
        places={
            city: texts for file in context.places.values() for city, texts in file.places.items()
        },
        styles=tuple(context.styles.values()),
        problems=context.problems.problems,
        ages=context.traits.ages,
        families=context.traits.families,
        categories=context.traits.categories,
        persona_schema=context.card,
        roles={role.role: _role(context, file, role) for file, role in context.roles.items()},
        care_levels=tuple(
            _care_level(context, number, level)
            for number, level in enumerate(context.care_levels.care_levels)
        ),
        constitution=tuple(
            _principle(context, number, principle)
            for number, principle in enumerate(context.constitution.principles)
        ),
        rules=context.safety.rules,
        stated_risk=context.stated_risk,
        resources=context.resources,
        judges=tuple(_judge(context, judge) for judge in context.judges.judges),
        conversation=_conversation(context),
        diversity=context.diversity,
        models=context.models_file,
        profiles={profile.name: profile for profile in context.profiles.profiles},
    )


def _role(context: Context, file: str, role: RoleSpec) -> RoleSpec:
    prompt = role.prompt.model_copy(
        update={
            name: _placed(context, getattr(role.prompt, name), file, "prompt", name)
            for name in ("instructions", "facts", "turn")
        }
    )
    demos = tuple(
        demo.model_copy(update={"at": _at(context, file, "demos", number)})
        for number, demo in enumerate(role.demos)
    )
    return role.model_copy(update={"prompt": prompt, "demos": demos})


def _care_level(context: Context, number: int, level: CareLevel) -> CareLevel:
    path = ("care_levels.yaml", "care_levels", number, "guidance")
    return level.model_copy(update={"guidance": _placed(context, level.guidance, *path)})


def _principle(context: Context, number: int, principle: Principle) -> Principle:
    path = ("constitution.yaml", "principles", number, "line")
    return principle.model_copy(update={"line": _line(context, principle.line, *path)})


def _judge(context: Context, judge: JudgeSpec) -> JudgeSpec:
    found = [
        example.model_copy(update={"author": content.author, "use": content.use})
        for file, content in context.judge_examples.items()
        if judge_of(file) == judge.name
        for example in content.examples
    ]
    return judge.model_copy(update={"examples": (*judge.examples, *found)})


def _conversation(context: Context) -> ConversationSpec:
    spec, file = context.conversation, "conversation.yaml"
    levels = _placed(context, spec.disclosure.levels, file, "disclosure", "levels")
    disclosure = spec.disclosure.model_copy(update={"levels": levels})
    opening = _line(context, spec.opening, file, "opening")
    topics = _placed(context, spec.topics, file, "topics")
    placed = {"opening": opening, "topics": topics, "disclosure": disclosure}
    return spec.model_copy(update=placed)


def _placed(context: Context, lines: Iterable[Line], file: str, *path: Part) -> tuple[Line, ...]:
    return tuple(
        _line(context, line, file, *path, number) for number, line in enumerate(lines)
    )  # fmt: skip


def _line(context: Context, line: Line, file: str, *path: Part) -> Line:
    return line.model_copy(update={"at": _at(context, file, *path)})


def _at(context: Context, file: str, *path: Part) -> str:
    span = context.where(file, *path)
    return f"{span.file}:{span.line}"
