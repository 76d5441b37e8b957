"""How often held-out people were looked at: each look makes the next figure a little less honest.

One small file in the artifacts. The same prompt of the same search counts once, however often a
search that was cut off is made again.
"""

from __future__ import annotations

from collections.abc import Collection

from kakoc.project import Project
from kakoc.store.files import read_json, write_json
from kakoc.types import digest

PLACE = "optimize/held_out_looks.json"


def look(
    project: Project, source: str, people: Collection[str], search: str, candidate: str
) -> int:
    """Write a look down; returns how many there were at these people, this one included.

    Args:
        source: id of the run whose people they are.
        search: id of the search.
        candidate: id of the prompt that is measured.
    """
    path = project.artifacts / PLACE
    known: dict[str, list[str]] = read_json(path) if path.exists() else {}
    name = f"{source}/{digest(sorted(people), 10)}"
    looks = list(dict.fromkeys([*known.get(name, []), f"{search}/{candidate}"]))
    write_json(path, {**known, name: looks})
    return len(looks)
