"""One value, three outputs."""

from __future__ import annotations

import json
from typing import Any

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.render import render

FAULT = Diagnostic(
    "K201",
    "unknown field `a:b`, 100%",
    Span("spec/a,b.yaml", 2, 4, 2, 6),
    help="did you mean `c`?",
    related=((Span("spec/c.yaml", 9, 1), "first given here"),),
)


def test_text_puts_the_caret_under_wide_characters_and_tabs() -> None:
    shown = render([FAULT], {"spec/a,b.yaml": "x\n\t日本語: 1\n".encode()}, "text")
    assert shown.splitlines()[2:4] == ["2 | \t日本語: 1", "  | \t    ^^^"]


def test_text_without_the_file_has_no_excerpt() -> None:
    assert render([FAULT], {}, "text").splitlines() == [
        "spec/a,b.yaml:2:4 error[K201]: unknown field `a:b`, 100%",
        "  = help: did you mean `c`?",
        "  = note: first given here: spec/c.yaml:9:1",
    ]


def test_text_shows_a_part_of_a_very_long_line(compile_with: Any) -> None:
    long = "name: minimal\ntitle: x\npresent_year: {a: '" + "y" * 100_000 + "', b: \x01}\n"
    compilation = compile_with({"project.yaml": long})
    assert (
        max(map(len, render(compilation.diagnostics, compilation.sources, "text").split("\n")))
        < 200
    )


def test_json_is_a_list_of_flat_objects() -> None:
    assert json.loads(render([FAULT], {}, "json")) == [
        {
            "code": "K201",
            "severity": "error",
            "message": "unknown field `a:b`, 100%",
            "file": "spec/a,b.yaml",
            "line": 2,
            "column": 4,
            "end_line": 2,
            "end_column": 6,
            "help": "did you mean `c`?",
        }
    ]
    assert json.loads(render([], {}, "json")) == []


def test_github_escapes_what_its_commands_mean() -> None:
    assert render([FAULT], {}, "github") == (
        "::error file=spec/a%2Cb.yaml,line=2,endLine=2,col=4,endColumn=6,title=K201::"
        "unknown field `a:b`, 100%25 (did you mean `c`?)"
    )


def test_nothing_found_is_no_text() -> None:
    assert render([], {}, "text") == render([], {}, "github") == ""
