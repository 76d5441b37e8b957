"""`check` of specs with many cities, against composing the same YAML with the C loader.

Each spec is the project's own with one decade, and as many cities as are asked for, each with its
context. Start-up is excluded: both run in one process, alternately, and both without the cyclic
collector. The check reads, composes, converts, validates, runs all passes and the safety examples.

    python benchmarks/compile.py [--cities 1000 3000 10000] [--rounds 5] [--json]

Exits 1 above the target.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from kakoc.judging import example_faults
from kakoc.lang import compile_spec
from kakoc.lang.source import gc_paused

SPEC = Path(__file__).parents[1] / "spec"
TARGET = 2.0
LINEAR = 1.3
"""Most a city may cost in the largest spec, as a multiple of what it costs in the smallest."""
DECADE = """\
decades:
  - id: "2020s"
    norms: Much of life happens on a screen, and a household can be one person.
    register: Short sentences, and words for feelings that once were only a doctor's.
    helper_talk: Polite at first, and then quickly plain.
"""
CITY = """\
  - id: city_{0}
    name: City {0}
    country: Somewhere
    region: everywhere
    language: en
    languages: [es, zh]
    latitude: 40.71
    longitude: -74.01
    tendencies:
      - playing chess or dominoes in the park
      - growing vegetables in a shared lot
      - walking whole avenues from end to end
    help_seeking: >-
      Seeing a counselor is openly spoken of in some circles and kept private in others, where an
      elder or an aunt is asked first.
"""
PLACE = """\
  city_{0}:
    "2020s": >-
      Rents rise faster than wages, and the young share flats until forty. Whole offices stayed
      empty after the pandemic, and with them the lunch places below.
"""


@dataclass(frozen=True)
class Row:
    """One spec, and the median seconds of both."""

    cities: int
    megabytes: float
    compose: float
    check: float

    @property
    def ratio(self) -> float:
        return self.check / self.compose


def main() -> int:
    arguments = parse()
    rows = [measured(count, arguments.rounds) for count in arguments.cities]
    if arguments.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=2))
    else:
        show(rows)
    is_fast = rows[-1].ratio <= TARGET
    return 0 if is_fast and growth(rows) <= LINEAR else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cities", type=int, nargs="+", default=[1000, 3000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measured(cities: int, rounds: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay(root / "spec", cities)
        texts = [path.read_text(encoding="utf-8") for path in files(root / "spec")]
        pairs = [(timed(lambda: compose(texts)), timed(lambda: check(root))) for _ in range(rounds)]
    composed, checked = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Row(cities, sum(map(len, texts)) / 1e6, composed, checked)


def lay(spec: Path, cities: int) -> None:
    """The project's spec in another world."""
    shutil.copytree(SPEC, spec, ignore=shutil.ignore_patterns("places", ".*"))
    (spec / "places").mkdir()
    numbers = range(cities)
    written = {
        "decades.yaml": DECADE,
        "cities.yaml": "cities:\n" + "".join(map(CITY.format, numbers)),
        "places/everywhere.yaml": "region: everywhere\nplaces:\n"
        + "".join(map(PLACE.format, numbers)),
    }
    for name, text in written.items():
        (spec / name).write_text(text, encoding="utf-8")


def files(spec: Path) -> Iterator[Path]:
    return (path for path in sorted(spec.rglob("*")) if path.is_file())


def compose(texts: list[str]) -> None:
    with gc_paused():
        for text in texts:
            yaml.compose(text, yaml.CSafeLoader)


def check(root: Path) -> None:
    compilation = compile_spec(root, root / "spec", (example_faults,))
    assert compilation.ir is not None, compilation.diagnostics[:3]


def timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def growth(rows: list[Row]) -> float:
    """What a city costs in the largest spec, over what it costs in the smallest."""
    first, last = rows[0], rows[-1]
    return (last.check / last.cities) / (first.check / first.cities)


def show(rows: list[Row]) -> None:
    print("cities    MB  compose    check  ratio  per city")
    for row in rows:
        each = row.check / row.cities * 1e6
        print(
            f"{row.cities:6} {row.megabytes:5.1f} {row.compose:7.3f}s {row.check:7.3f}s"
            f" {row.ratio:6.2f} {each:6.0f} us"
        )
    print(f"target: ratio <= {TARGET}; a city costs {growth(rows):.2f}x of what it did at first")


if __name__ == "__main__":
    sys.exit(main())
