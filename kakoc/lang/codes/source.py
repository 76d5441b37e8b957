"""Codes K1xx: the files of a spec and their text."""

from __future__ import annotations

from kakoc.lang.codes.code import Code, Link, Repeated

_PROJECT = """\
name: minimal
title: The smallest project that compiles.
present_year: 2024
"""
_CONSTITUTION = """\
principles:
  - {id: presence, line: Stay.}
"""
_BOMB = "name: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 8)
)

SOURCE = (
    Code(
        "K101",
        "the text is not YAML",
        "A file that cannot be read has no meaning. Text with `: ` in it, or that starts with a"
        " sign YAML uses, needs quotes.",
        {"project.yaml": _PROJECT.replace("The smallest", "minimal: the smallest")},
        {"project.yaml": _PROJECT.replace("The smallest project that compiles.", '"minimal: one"')},
    ),
    Code(
        "K102",
        "a key is given twice",
        "Most readers of YAML keep the last one without a word; one of two edits would be lost.",
        {"project.yaml": _PROJECT + "present_year: 2025\n"},
        {"project.yaml": _PROJECT},
    ),
    Code(
        "K103",
        "a tag is used",
        "A spec is plain data. Tags ask a reader to build objects, which kakoc never does.",
        {"project.yaml": _PROJECT.replace("2024", "!!python/int 2024")},
        {"project.yaml": _PROJECT},
    ),
    Code(
        "K104",
        "aliases expand without bound",
        "A few lines of aliases can stand for more text than any machine holds.",
        {"project.yaml": _BOMB},
        {"project.yaml": _PROJECT},
    ),
    Code(
        "K105",
        "lists or mappings are nested too deeply",
        "No kind of a spec needs more than a few levels; a deep nest is an accident or an attack.",
        {"project.yaml": _PROJECT + "intended_use: " + "[" * 50 + "]" * 50 + "\n"},
        {"project.yaml": _PROJECT + "intended_use: [research]\n"},
    ),
    Code(
        "K106",
        "a file is too large",
        "A spec is written by people, in files and lists that can be read; what is larger by far is"
        " an accident or an attack.",
        {"project.yaml": Repeated("# one comment line\n", 300_000)},
        {"project.yaml": _PROJECT},
    ),
    Code(
        "K107",
        "the text holds a control character",
        "It cannot be seen in an editor and would reach prompts.",
        {"project.yaml": _PROJECT.replace("compiles", "com\0piles")},
        {"project.yaml": _PROJECT},
    ),
    Code(
        "K108",
        "a file is not UTF-8",
        "Every file of a spec is UTF-8, so that names of cities are the same everywhere.",
        {"project.yaml": b"name: minimal\ntitle: Reykjav\xedk\npresent_year: 2024\n"},
        {"project.yaml": b"name: minimal\ntitle: Reykjav\xc3\xadk\npresent_year: 2024\n"},
    ),
    Code(
        "K109",
        "a file is empty",
        "An empty file is more often a lost one than a wish.",
        {"constitution.yaml": "# nothing yet\n"},
        {"constitution.yaml": _CONSTITUTION},
    ),
    Code(
        "K110",
        "a file is missing",
        "Every kind has its file; only contexts and judges' examples may be left out.",
        {"constitution.yaml": None},
        {"constitution.yaml": _CONSTITUTION},
    ),
    Code(
        "K111",
        "a link leaves the project",
        "What a spec means must not depend on files that are not part of it.",
        {"constitution.yaml": Link("../../../constitution.yaml")},
        {"constitution.yaml": _CONSTITUTION},
    ),
    Code(
        "K112",
        "a file cannot be read",
        "It is not a regular file, or its permissions forbid it.",
        {"constitution.yaml": Link("nowhere.yaml")},
        {"constitution.yaml": _CONSTITUTION},
    ),
    Code(
        "K113",
        "a key is not plain text",
        "Keys are names. Merge keys (`<<`) are not YAML 1.2 and hide where a value comes from.",
        {"project.yaml": _PROJECT + "<<: {min_age: 21}\n"},
        {"project.yaml": _PROJECT + "min_age: 21\n"},
    ),
    Code(
        "K114",
        "a number is too long",
        "It could not be kept exactly. A long row of digits is text and needs quotes.",
        {"project.yaml": _PROJECT + "plan_seed: 12345678901234567890\n"},
        {"project.yaml": _PROJECT + "plan_seed: 1234567890\n"},
    ),
    Code(
        "K115",
        "a file has a name that kakoc does not know",
        "It is not read; a misspelt name would otherwise be silently without effect.",
        {"place/europe.yaml": "region: europe\nplaces: {}\n"},
        {"places/empty.yaml": "region: empty\nplaces: {}\n"},
    ),
)
