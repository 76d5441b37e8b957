"""A file that is named after what it holds holds that: roles, regions, styles, examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context, judge_of


def file_names(context: Context) -> list[Diagnostic]:
    return [
        *_other_name(context, context.roles, "role"),
        *_other_name(context, context.places, "region"),
        *_other_name(context, context.styles, "id"),
        *_other_name(context, context.judge_examples, "author"),
        *_without_judge(context),
    ]


def _other_name(context: Context, files: Mapping[str, Any], field: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K304",
            f"the file is named `{_stem(file)}` and holds the {field} `{getattr(content, field)}`",
            context.where(file, field),
            help=f"write `{field}: {_stem(file)}`, or rename the file",
        )
        for file, content in files.items()
        if getattr(content, field) != _stem(file)
    ]


def _without_judge(context: Context) -> list[Diagnostic]:
    judges = {judge.name for judge in context.judges.judges}
    return [
        Diagnostic(
            "K304",
            f"there is no judge `{judge_of(file)}` that these examples could be for",
            context.where(file),
            help=context.hints.did_you_mean(judge_of(file), judges) or "add it to judges.yaml",
        )
        for file in context.judge_examples
        if judge_of(file) not in judges
    ]


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".yaml")
