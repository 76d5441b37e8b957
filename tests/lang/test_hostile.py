"""Files made to hurt: one clear message each, in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kakoc.lang.files import MAX_BYTES, MAX_SPEC_BYTES
from kakoc.lang.wording import MOST_FAULTS

MOST_SECONDS = 5.0
"""Twice and more what the slowest takes on a busy machine; the process starts anew for each."""
MOST_MEGABYTES = 400
MEASURED = """
import json, sys, time
from pathlib import Path
from kakoc.lang import compile_spec
from kakoc.lang.render import render


def peak_megabytes():
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: its peak is inherited from the process that forked this one.
        line = next(l for l in status.read_text().splitlines() if l.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


root = Path(sys.argv[1])
start = time.perf_counter()
made = compile_spec(root, root / "spec")
shown = render(made.diagnostics, made.sources, "text")
print(json.dumps({
    "codes": sorted({fault.code for fault in made.diagnostics}),
    "faults": len(made.diagnostics),
    "seconds": time.perf_counter() - start,
    "megabytes": peak_megabytes(),
    "shown": len(shown),
}))
"""


def filled(unit: str, head: str = "a:\n", tail: str = "") -> str:
    """As much of `unit` as a file may hold."""
    return head + unit * ((MAX_BYTES - len(head + tail)) // len(unit)) + tail


def numbered(line: str, times: int, head: str) -> str:
    return head + "".join(line.format(number) for number in range(times))


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 30)
)
ALIASES = "b: &b [x, x, x]\na:\n" + f"- [{', '.join(['*b'] * 10_000)}]\n" * 120
CITY = (
    "- {{id: c{0}, name: a, country: b, region: europe, language: en, latitude: 1, longitude: 1,"
    " help_seeking: x}}\n"
)
HOSTILE = {
    "alias bomb": ("project.yaml", BOMB, "K104"),
    "many aliases": ("project.yaml", filled("- *b\n", "b: &b 1\na:\n"), "K106"),
    "many aliases of a list": ("project.yaml", ALIASES, "K104"),
    "an alias of itself": ("project.yaml", "a: &a [*a]\n", "K104"),
    "deep nesting": ("project.yaml", filled("[", ""), "K105"),
    "deep mappings": ("project.yaml", filled("{a: ", ""), "K105"),
    "a file of 50 MB": ("project.yaml", "# x\n" * 12_500_000, "K106"),
    "many lists": ("project.yaml", filled("[],", "a: [", "]"), "K106"),
    "many texts": ("project.yaml", filled("- a\n"), "K106"),
    "many tags": ("project.yaml", filled("- !x 1\n"), "K106"),
    "one key again and again": ("project.yaml", filled("a: 1\n", ""), "K106"),
    "many unknown keys": ("project.yaml", numbered("k{}: 1\n", 60_000, ""), "K106"),
    "many merges": ("project.yaml", "<<: 1\n" * 15_000, "K113"),
    "many long numbers": ("project.yaml", "- 99999999999999999999\n" * 15_000, "K114"),
    "many empty cities": ("cities.yaml", "cities:\n" + "- {}\n" * 19_000, "K202"),
    "many equal cities": ("cities.yaml", "cities:\n" + CITY.format(0) * 19_000, "K301"),
    "many unknown cities": ("cities.yaml", numbered(CITY, 19_000, "cities:\n"), "K302"),
    "many wrong places": (
        "places/europe.yaml",
        numbered("  c{}: {{a: 1, b: 1, c: 1, d: 1, e: 1, f: 1}}\n", 19_000, "region: x\nplaces:\n"),
        "K203",
    ),
    "equal principles": (
        "constitution.yaml",
        numbered("- {{id: p{}, line: a b c}}\n", 200, "principles:\n"),
        "K422",
    ),
    "braces": (
        "roles/seeker.yaml",
        "role: seeker\nuse: a:b\nprompt:\n  instructions: [x]\n  facts:\n"
        + f"  - '{'{x}' * 1300}'\n" * 1000,
        "K414",
    ),
    "one long line": ("project.yaml", f"name: '{'x' * 4_900_000}'\n", "K207"),
    "a text that never ends": ("project.yaml", filled("- a\n", 'name: "'), "K101"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon_and_cheaply(name: str, root: Path) -> None:
    file, text, code = HOSTILE[name]
    (root / "spec" / file).write_text(text, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-c", MEASURED, str(root)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(said.stdout)
    assert code in found["codes"]
    assert found["faults"] <= MOST_FAULTS + 20
    assert found["shown"] < 1_000_000
    assert found["seconds"] < MOST_SECONDS
    assert found["megabytes"] < MOST_MEGABYTES


def test_many_large_files_are_refused_together(compile_with: Any) -> None:
    comment = "# x\n" * (MAX_BYTES // 4)
    most = MAX_SPEC_BYTES // MAX_BYTES
    places = {f"places/region_{number}.yaml": comment for number in range(most + 1)}
    codes = [fault.code for fault in compile_with(places).diagnostics]
    # The other files of the spec take room too, so that one more than there are is refused.
    assert codes == ["K109"] * (most - 1) + ["K106"] * 2


def test_files_after_one_that_takes_all_room_are_not_read(compile_with: Any) -> None:
    many = "region: a\nplaces:\n" + "".join(f"  c{n}: {{}}\n" for n in range(19_000))
    compilation = compile_with({f"places/{name}.yaml": many for name in "abcde"})
    assert compilation.ir is None
    (fault,) = [fault for fault in compilation.diagnostics if fault.code == "K106"]
    assert fault.span.file == "spec/places/d.yaml"


def test_a_file_with_many_faults_shows_the_first_and_says_so(compile_with: Any) -> None:
    text = "cities:\n" + "- {}\n" * (MOST_FAULTS + 1)
    faults = compile_with({"cities.yaml": text}).diagnostics
    assert len(faults) == MOST_FAULTS
    assert [fault.span.line for fault in faults] == list(range(2, MOST_FAULTS + 2))
    assert faults[-1].help == f"the file has more faults; these are the first {MOST_FAULTS}"


def test_errors_are_shown_before_warnings(compile_with: Any) -> None:
    same = "".join(f"- {{id: p{number}, line: a b c}}\n" for number in range(40))
    braces = "- {id: last, line: '{language}'}\n"
    faults = compile_with({"constitution.yaml": f"principles:\n{same}{braces}"}).diagnostics
    assert len(faults) == MOST_FAULTS
    assert [fault.code for fault in faults if fault.severity == "error"] == ["K413"]


@pytest.mark.parametrize("name", ["\u202e", "\x7f", "\U0001239a", "x" * 10_000])
def test_foreign_text_in_a_message_is_short_and_printable(name: str, compile_with: Any) -> None:
    places = f"region: europe\nplaces:\n  {json.dumps(name)}: {{}}\n"
    for fault in compile_with({"places/europe.yaml": places}).diagnostics:
        assert fault.message.isprintable()
        assert len(fault.message) < 500
