"""Documents that cannot lie: commands, options, links and examples are compared with the code."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

import click
import pytest
from project_kit import ProjectFolder
from source_kit import ROOT, relative, text_files

from kakoc.cli import COMMANDS, kakoc
from kakoc.lang.codes import CODES

README = (ROOT / "README.md").read_text(encoding="utf-8")
HIDDEN = re.compile(r"(^|/)(\.|artifacts/|build/)")
DOCUMENTS = [path for path in sorted(ROOT.rglob("*.md")) if not HIDDEN.search(relative(path))]
SPEC = text_files("spec", "kakoc/starter/spec")
SOURCES = text_files("modules", "optimizers", "kakoc", "benchmarks", "docs", ".ci")
EVERYTHING = [*text_files("spec"), *SOURCES, *DOCUMENTS, ROOT / "Makefile", ROOT / "pyproject.toml"]

BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

REGISTRY = re.compile(r"pypi\.org|pythonhosted|huggingface\.co|\bhf\.co|anaconda\.org|docker\.io")
MACHINE = re.compile(r"(?<![\w.~])/(?:work|home|root|Users|tmp|opt|mnt)/")
URL = re.compile(r"https?://[^\s\"]+|\bwww\.")
URLS_OF_SPEC = {"http://127.0.0.1:8000/v1", "https://json-schema.org/draft/2020-12/schema"}
"""A server on one's own machine, and the name of a JSON Schema dialect."""
DIGITS = re.compile(r"(?<![\w.])[+(]?\d[\d ()/-]*\d")
YEAR = re.compile(r"(?:1[89]|20)\d\d")
LINE_TO_CALL = re.compile(r"\b(?:call|dial|text|phone|ring)\s+(?:at\s+|us\s+)?\d{3}", re.IGNORECASE)


def blocks(text: str) -> list[str]:
    return BLOCK.findall(text)


def command_lines(text: str) -> list[str]:
    """Every `kakoc ...` that a document shows, in a block of its own or in a sentence."""
    shown = "\n".join(blocks(text)).replace("\\\n", " ").splitlines()
    shown += INLINE.findall(BLOCK.sub("", text))
    return [line.strip() for line in shown if re.match(r"\s*(?:\$ )?(?:\S*/bin/)?kakoc ", line)]


def parse(line: str) -> None:
    """Parse a command line as far as before it does something; a click error says what is wrong."""
    arguments = shlex.split(line.removeprefix("$ "), comments=True)[1:]
    with contextlib.suppress(click.exceptions.Exit), click.Context(kakoc) as context:
        name, command, rest = kakoc.resolve_command(context, arguments)
        assert command is not None
        if rest:  # else the command is only mentioned
            command.make_context(name, rest, parent=context)


def phone_numbers(text: str) -> list[str]:
    """Runs of digits as long as a phone number that are no years."""
    runs = DIGITS.findall(YEAR.sub("", text))
    return [run for run in runs if is_long(run)] + LINE_TO_CALL.findall(text)


def is_long(run: str) -> bool:
    digits = re.sub(r"\D", "", run)
    return len(digits) >= (9 if digits == run else 7)


@pytest.mark.parametrize(
    "line", sorted({line for path in DOCUMENTS for line in command_lines(path.read_text())})
)
def test_a_documented_command_line_parses(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    parse(line)


@pytest.mark.parametrize("line", ["kakoc rum", "kakoc run --person 1", "kakoc show poet"])
def test_a_wrong_command_line_would_not_parse(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(line)


@pytest.mark.parametrize("name", COMMANDS)
def test_readme_mentions_the_command(name: str) -> None:
    assert f"kakoc {name}" in README


def test_readme_names_no_option_that_is_not_there() -> None:
    commands = [kakoc.get_command(click.Context(kakoc), name) for name in COMMANDS]
    known = {
        option
        for command in commands
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert set(OPTION.findall(README)) <= known | {"--help"}


def test_readme_names_no_code_that_is_not_there() -> None:
    assert set(re.findall(r"\bK\d{3}\b", README)) <= CODES.keys()


def test_ci_runs_the_readmes_test_command() -> None:
    shown = [line.split("#")[0].strip() for block in blocks(README) for line in block.splitlines()]
    makefile = (ROOT / "Makefile").read_text()
    for command in ("make run", "make test"):
        assert command in shown
        assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text().splitlines()


def test_readme_shows_what_make_does() -> None:
    for recipe in ("kakoc run spec/ --profile quick", "pytest"):
        assert f"$(BIN)/{recipe}\n" in (ROOT / "Makefile").read_text()
        assert f".venv/bin/{recipe}\n" in README


def test_readmes_fault_is_what_check_says(project: ProjectFolder) -> None:
    (shown,) = [block for block in blocks(README) if "error[K" in block]
    (wrong,) = re.findall(r"^ *\d+ \| (.*)$", shown, re.MULTILINE)
    value = wrong.partition(":")[2]
    lines = (project.root / "spec" / "cities.yaml").read_text().splitlines()
    right = next(index for index, line in enumerate(lines) if line.endswith(f":{value}"))
    lines[right] = wrong
    project.lay({"spec/cities.yaml": "\n".join(lines) + "\n"})
    said = project.kakoc("check")
    assert said.code == 1
    assert without_numbers(shown) in without_numbers(said.out)


def without_numbers(text: str) -> str:
    """Line numbers, and the margin they need, change with every edit of the spec."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "0", text)).strip()


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_relative_links_lead_somewhere(path: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(path.read_text())]
    assert not [
        target
        for target in targets
        if target and "://" not in target and not (path.parent / target).exists()
    ]


@pytest.mark.parametrize("path", EVERYTHING, ids=relative)
def test_no_registry_and_no_machine_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not REGISTRY.findall(text) + MACHINE.findall(text)


@pytest.mark.parametrize("path", [*SPEC, *DOCUMENTS], ids=relative)
def test_no_phone_number(path: Path) -> None:
    assert not phone_numbers(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SPEC, ids=relative)
def test_no_url_in_the_spec(path: Path) -> None:
    assert set(URL.findall(path.read_text(encoding="utf-8"))) <= URLS_OF_SPEC


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 0000 000 0000 now", True),
        ("+00 000 00000", True),
        ("text 000", True),
        ("from 1914-1918 and 1939-1945", False),
        ("at 52.52, 13.40 in 1989", False),
    ],
)
def test_phone_numbers_are_told_from_years_and_places(text: str, found: bool) -> None:
    assert bool(phone_numbers(text)) == found
