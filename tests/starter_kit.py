"""What the starter must hold: this repository's project with its world cut down.

Only `OWN` is written by hand; everything else is a copy, or a copy without the entries that are
not `KEPT`. `pytest --update-golden` writes it anew. Reads text, knows no YAML.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path

from source_kit import ROOT, STARTER

OWN = {".gitignore", "README.md", "spec/project.yaml"}
FOLDERS = ("spec", "modules", "optimizers")
CITIES = {"mexico_city", "berlin", "lagos"}
STYLES = {"mexican_spanish", "german", "nigerian_english"}
DECADES = {"1980s", "1990s", "2000s", "2010s", "2020s"}
PROBLEMS = {
    "academic_pressure",
    "breakups_or_divorce",
    "burnout",
    "financial_problems",
    "grief_and_loss",
    "sleep_problems",
}
KEPT = {"cities": CITIES, "decades": DECADES, "problems": PROBLEMS}
"""File of `spec/` -> the entries of it that the starter has."""
ENTRY = re.compile(r'  - id: "?(\w+)"?$')
CITY_OF_PLACES = re.compile(r"  (\w+):$")
DECADE_OF_PLACES = re.compile(r'^    "(\w+)":', re.MULTILINE)

ORIGIN = re.compile(r"      - \{origin: (\w+)")
EMPTY_ARRIVALS = re.compile(r"^    arrivals:\n(?!      )", re.MULTILINE)

Level = tuple[re.Pattern[str], Collection[str]]
"""How an entry begins, and the names of those that are kept."""


def starter_files() -> dict[str, bytes]:
    """Path -> bytes of each file that follows from the repository."""
    paths = [path for folder in FOLDERS for path in files_below(ROOT / folder)]
    found = {path.relative_to(ROOT).as_posix(): _starter_bytes(path) for path in paths}
    found["artifacts/README.md"] = (ROOT / "artifacts" / "README.md").read_bytes()
    return {name: data for name, data in found.items() if data and name not in OWN}


def files_below(folder: Path) -> list[Path]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in found if "__pycache__" not in path.parts]


def write_starter() -> None:
    """Lay the files that follow from the repository; what is no longer among them goes."""
    files = starter_files()
    for path in files_below(STARTER):
        if path.relative_to(STARTER).as_posix() not in files.keys() | OWN:
            path.unlink()
    for name, data in files.items():
        (STARTER / name).parent.mkdir(parents=True, exist_ok=True)
        (STARTER / name).write_bytes(data)
    for folder in [path for path in STARTER.rglob("__pycache__") if path.is_dir()]:
        shutil.rmtree(folder)


def _starter_bytes(path: Path) -> bytes:
    """Empty for a file of which nothing is kept."""
    if path.parent == ROOT / "spec" / "places":
        cut = _cut(path, (CITY_OF_PLACES, CITIES), (DECADE_OF_PLACES, DECADES))
        return cut.encode() if DECADE_OF_PLACES.search(cut) else b""
    if path.parent == ROOT / "spec" / "styles" and path.stem not in STYLES:
        return b""
    if path == ROOT / "spec" / "cities.yaml":
        return EMPTY_ARRIVALS.sub("", _cut(path, (ENTRY, CITIES), (ORIGIN, CITIES))).encode()
    if path.parent == ROOT / "spec" and path.suffix == ".yaml" and path.stem in KEPT:
        return _cut(path, (ENTRY, KEPT[path.stem])).encode()
    return path.read_bytes()


def _cut(path: Path, *levels: Level) -> str:
    """The lines of a file without the entries that are not kept, at any level."""
    kept, wanted = "", [True] * len(levels)
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        for depth, (start, names) in enumerate(levels):
            if found := start.match(line):
                wanted[depth:] = [found[1] in names] + [True] * (len(levels) - depth - 1)
        kept += line if all(wanted) else ""
    return kept
