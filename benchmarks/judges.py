"""What judging costs beside embedding, and whether its memory grows.

    python benchmarks/judges.py [--variants 4140] [--rows 4000,100000]

Speed: all judges of the current build on that many distinct variants, three a turn, against
embedding the same distinct texts (replies, what they answer, what is said next) alone, in the same
run, after a warm-up. Memory: peak of `kakoc judge` in a child process, on files of few distinct
texts, so that only what grows with the rows shows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from kakoc.app.building import build
from kakoc.app.judges import open_judges
from kakoc.ir import Ir, JudgeExample
from kakoc.judging import score_all
from kakoc.lang import compile_spec
from kakoc.lm import open_embedder
from kakoc.project import find_project
from kakoc.types import JudgeItem, Message

ROOT = Path(__file__).parent.parent
DISTINCT = 500
CHILD = """
import resource, sys
from kakoc.cli import run
code = run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(code)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variants", type=int, default=4140)
    parser.add_argument("--rows", default="4000,100000")
    asked = parser.parse_args()
    print_speed(asked.variants)
    for rows in filter(None, asked.rows.split(",")):
        print_memory(int(rows))


def print_speed(variants: int) -> None:
    project = find_project(ROOT)
    made = build(project)
    ir = Ir.model_validate_json((made.folder / "ir.json").read_bytes())
    items = list(islice(variants_of(ir), variants))
    texts = list(dict.fromkeys(text for item in items for text in texts_of(item)))
    embedder = open_embedder("minilm")
    embedder.embed(texts[:64])
    begun = time.perf_counter()
    embedder.embed(texts)
    alone = time.perf_counter() - begun
    judges = open_judges(project, ir, made.folder, lambda *_: None)
    score_all(judges, items[:8])
    judges = open_judges(project, ir, made.folder, lambda *_: None)
    begun = time.perf_counter()
    score_all(judges, items)
    judged = time.perf_counter() - begun
    print(f"{len(items)} variants, {len(texts)} distinct texts")
    print(f"embedding alone {alone:.1f} s, all judges {judged:.1f} s, ratio {judged / alone:.2f}")


def print_memory(rows: int) -> None:
    ir = compile_spec(ROOT, ROOT / "spec").ir
    assert ir, "the spec has errors: run `kakoc check`"
    items = list(islice(variants_of(ir), DISTINCT))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number, item in zip(range(rows), cycle(items), strict=False):
                file.write(json.dumps(row_of(number, item), ensure_ascii=False) + "\n")
        begun = time.perf_counter()
        command = ["judge", str(path), "-o", str(path.with_suffix(".out")), "--quiet"]
        child = subprocess.run(
            [sys.executable, "-c", CHILD, *command, "--project", str(ROOT)],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - begun
        print(
            f"{rows} rows: peak {child.stdout.split()[-1]} MB, {rows / seconds:.0f} rows a second"
        )


def variants_of(ir: Ir) -> Iterator[JudgeItem]:
    """Three replies to each message, all different: the examples' own texts, joined anew."""
    examples = [example for judge in ir.judges for example in judge.examples]
    replies = list(dict.fromkeys(example.reply for example in examples))
    said = list(dict.fromkeys(example.seeker for example in examples))
    for number in range(len(replies) * 4):
        reply = replies[number % len(replies)]
        # A second round gives each reply a new last sentence, so that texts stay distinct.
        extra = "" if number < len(replies) else f" {_tail(examples, number)}"
        message = said[number // 3 % len(said)]
        yield JudgeItem(
            context=(Message(role="seeker", content=message),),
            reply=f"{reply}{extra}",
            next_seeker=said[(number // 3 + 1) % len(said)],
        )


def _tail(examples: list[JudgeExample], number: int) -> str:
    return examples[(7 * number) % len(examples)].reply.split(".")[0] + "."


def texts_of(item: JudgeItem) -> tuple[str, ...]:
    return (item.reply, item.context[-1].content, item.next_seeker or "")


def row_of(number: int, item: JudgeItem) -> dict[str, object]:
    context = [line.model_dump() for line in item.context]
    return {"id": number, "context": context, "response": item.reply}


if __name__ == "__main__":
    main()
