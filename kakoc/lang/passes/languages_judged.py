"""Unwise: a language that personas speak and no judge of the reward reads. Knows no language."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.context import Context


def languages_judged(context: Context) -> list[Diagnostic]:
    judges = [
        judge for judge in context.judges.judges if judge.use_for == "reward" and judge.weight
    ]
    read = {language for judge in judges for language in judge.languages}
    return [
        Diagnostic(
            "K428",
            f"no judge of the reward reads `{language}`: its conversations would make no pair",
            place,
            "warning",
            f"add `{language}` to the `languages` of a judge that can tell, in judges.yaml",
        )
        for language, place in _spoken(context).items()
        if not read & {language, language.split("-")[0]}
    ]


def _spoken(context: Context) -> dict[str, Span]:
    """What the personas speak, and the first place that says so."""
    if context.project.language != "native":
        return {context.project.language: context.where("project.yaml", "language")}
    found: dict[str, Span] = {}
    for number, city in enumerate(context.cities.cities):
        found.setdefault(city.language, context.where("cities.yaml", "cities", number, "language"))
    return found
