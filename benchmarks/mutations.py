"""Random edits of the project's spec, each checked: is there always an answer, and how soon?

An edit changes the data of one file (a field gone, misspelt, of another type, given twice) or its
bytes (cut, doubled, moved, damaged). The answer is right if `kakoc check` exits 0 or 1 and prints
JSON whose every entry has a place inside a file.

    python benchmarks/mutations.py [--mutations 2000] [--seed 0] [--json]

Exits 1 if an answer is wrong or takes longer than the target. The tests use the same edits.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kakoc.cli import run

SPEC = Path(__file__).parents[1] / "spec"
TARGET = 2.0
VALUES = (
    *(None, True, -1, 0, 1, 1.5, 1e300, 10**14, "", "x", "no", "1:30", "Ärger 日本", "x" * 5000),
    *("{language}", "{nothing}", "{{", "}", "(", "(a+)+", "[" * 60, [], {}, [[]], {"a": 1}),
)
SNIPPETS = (
    *(b":", b"- ", b"{", b"]", b"'", b'"', b"&a ", b"*a", b"!x ", b"<<: ", b"\t", b"no", b"1:30"),
    *(b"\0", b"#", b"| \n", b"? ", b"%", b"@", b"[[[[", b"\xff", b"\r", b"\xe2\x80\xae", b"\n\n"),
    *(b"---\n", b"...\n", b"\xef\xbb\xbf", "日本".encode()),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What `kakoc check` made of an edited spec."""

    file: str
    code: int
    faults: list[dict[str, Any]]
    seconds: float


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """A project whose spec may be edited."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(SPEC, root / "spec")
        yield root


def spec_files() -> list[str]:
    """The files of a spec, relative to its folder."""
    found = (path for path in SPEC.rglob("*") if path.suffix in (".yaml", ".json"))
    names = (path.relative_to(SPEC).as_posix() for path in found)
    return sorted(name for name in names if not name.startswith("."))


def answer(root: Path, choose: random.Random) -> Answer:
    """Edit one file, check the spec, put the file back."""
    file = choose.choice(spec_files())
    path = root / "spec" / file
    original = path.read_bytes()
    try:
        path.write_bytes(edited(original, choose))
        started = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = run(["check", "--project", str(root), "--format", "json"])
        seconds = time.perf_counter() - started
        faults = json.loads(out.getvalue())
        for fault in faults:
            check_place(root, fault)
    finally:
        path.write_bytes(original)
    assert code == any(fault["severity"] == "error" for fault in faults)
    return Answer(file, code, faults, seconds)


def check_place(root: Path, fault: dict[str, Any]) -> None:
    """The fault lies inside a file: at one of its lines, or right after the last."""
    text = (root / fault["file"]).read_bytes().decode("utf-8", "replace")
    lines = re.split("\r\n|\r|\n", text)
    assert 1 <= fault["line"] <= len(lines) + 1, fault
    assert 1 <= fault["column"] <= max(map(len, lines)) + 1, fault


def edited(content: bytes, choose: random.Random) -> bytes:
    if choose.random() < 0.5:
        return choose.choice(BYTE_EDITS)(content, choose)
    data = yaml.load(content, yaml.CSafeLoader)
    choose.choice(DATA_EDITS)(*place(data, choose), choose)
    return yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False).encode()


def place(data: Any, choose: random.Random) -> tuple[Any, Any]:
    """A list or mapping of the data, and one of its keys or indexes."""
    while True:
        keys = list(data) if isinstance(data, dict) else range(len(data))
        key = choose.choice(keys)
        inner = data[key]
        if not isinstance(inner, (dict, list)) or not inner or choose.random() < 0.2:
            return data, key
        data = inner


def remove(group: Any, key: Any, choose: random.Random) -> None:
    del group[key]


def replace(group: Any, key: Any, choose: random.Random) -> None:
    group[key] = choose.choice(VALUES)


def wrap(group: Any, key: Any, choose: random.Random) -> None:
    group[key] = [group[key]]


def double(group: Any, key: Any, choose: random.Random) -> None:
    """A list's entry once more, or a field's value under another name."""
    if isinstance(group, list):
        group.insert(choose.randrange(len(group) + 1), group[key])
    else:
        group[f"{key}_too"] = group[key]


def misspell(group: Any, key: Any, choose: random.Random) -> None:
    """A key or a text without one of its letters."""
    if isinstance(group, dict):
        group[without_a_letter(str(key), choose)] = group.pop(key)
    elif isinstance(group[key], str):
        group[key] = without_a_letter(group[key], choose)


def swap(group: Any, key: Any, choose: random.Random) -> None:
    other = choose.choice(list(group) if isinstance(group, dict) else range(len(group)))
    group[key], group[other] = group[other], group[key]


def without_a_letter(text: str, choose: random.Random) -> str:
    cut = choose.randrange(len(text) + 1)
    return text[:cut] + text[cut + 1 :]


def insert(content: bytes, choose: random.Random) -> bytes:
    at, _ = section(content, choose)
    return content[:at] + choose.choice(SNIPPETS) + content[at:]


def cut_out(content: bytes, choose: random.Random) -> bytes:
    start, end = section(content, choose)
    return content[:start] + content[end:]


def repeat(content: bytes, choose: random.Random) -> bytes:
    start, end = section(content, choose)
    return content[:end] + content[start:end] + content[end:]


def damage(content: bytes, choose: random.Random) -> bytes:
    at, _ = section(content, choose)
    return content[:at] + bytes([choose.randrange(256)]) + content[at + 1 :]


def truncate(content: bytes, choose: random.Random) -> bytes:
    return content[: choose.randrange(len(content))]


def move_line(content: bytes, choose: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    line = lines.pop(choose.randrange(len(lines)))
    lines.insert(choose.randrange(len(lines) + 1), line)
    return b"".join(lines)


def section(content: bytes, choose: random.Random) -> tuple[int, int]:
    start = choose.randrange(len(content))
    return start, start + choose.choice((1, 3, 10, 40, 400))


DataEdit = Callable[[Any, Any, random.Random], None]
DATA_EDITS: tuple[DataEdit, ...] = (remove, replace, wrap, double, misspell, swap)
ByteEdit = Callable[[bytes, random.Random], bytes]
BYTE_EDITS: tuple[ByteEdit, ...] = (insert, cut_out, repeat, damage, truncate, move_line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    choose = random.Random(arguments.seed)
    with copied() as root:
        answers = [answer(root, choose) for _ in range(arguments.mutations)]
    figures = summary(answers)
    print(json.dumps(figures, indent=2) if arguments.json else as_text(figures))
    return 0 if figures["slowest"] <= TARGET else 1


def summary(answers: list[Answer]) -> dict[str, Any]:
    seconds = sorted(answer.seconds for answer in answers)
    codes = {fault["code"] for answer in answers for fault in answer.faults}
    return {
        "mutations": len(answers),
        "refused": sum(answer.code for answer in answers),
        "most_faults": max(len(answer.faults) for answer in answers),
        "median": round(seconds[len(seconds) // 2], 3),
        "slowest": round(seconds[-1], 3),
        "codes": sorted(codes),
    }


def as_text(figures: dict[str, Any]) -> str:
    return "\n".join(f"{name:12} {value}" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
