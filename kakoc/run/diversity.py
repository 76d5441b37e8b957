"""How diverse a run is, kind by kind, and whether that is enough. Knows no store and no model.

It is handed embedded texts with what they belong to. What is measured of a part (a city, a decade,
a care level) is measured at the same subsample size as the whole, or not at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kakoc.ir import Diversity, KindDiversity
from kakoc.run.near import Rows, Vectors, groups
from kakoc.run.spread import distinct, drift, mean_similarity, self_repetition, vendi
from kakoc.types import Persona, PersonaRow

Kind = Literal["persona", "conversation", "turn", "variant"]
KINDS: tuple[Kind, ...] = ("persona", "conversation", "turn", "variant")
PARTS = ("city", "decade", "care")
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one kind of a run, in its order."""

    ids: Sequence[str]
    personas: Sequence[str]
    """Whose each is: texts of one person are one conversation."""
    texts: Sequence[str]
    vectors: Vectors
    parts: Mapping[str, Sequence[Any]]
    """`city`, `decade`, `care` -> the value of each text; None where it has none."""

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, rows: Sequence[int]) -> Vectors:
        return self.vectors[np.asarray(rows, dtype=np.int64)]


def measure(texts: Texts, spec: KindDiversity, sample: int) -> dict[str, Any]:
    """The figures of one kind; what cannot be told is None."""
    near = near_duplicates(texts, spec.too_close)
    spare = sum(len(group) - 1 for group in near)
    return {
        "texts": len(texts),
        "vendi": vendi(texts.vectors, sample),
        "similarity": mean_similarity(texts.vectors),
        "unique": round(1 - spare / len(texts), 4) if len(texts) else None,
        **{f"distinct_{size}": distinct(texts.texts, size) for size in (1, 2, 3)},
        "self_repetition": self_repetition(texts.texts),
        "near_duplicates": {
            "threshold": spec.too_close,
            "groups": len(near),
            "texts": sum(map(len, near)),
            "largest": [[texts.ids[row] for row in group[:EXAMPLES]] for group in near[:EXAMPLES]],
        },
        "by": {name: _by(texts, name, sample) for name in PARTS if any(_known(texts, name))},
    }


def near_duplicates(texts: Texts, threshold: float) -> list[list[int]]:
    """Groups of texts, largest first. Equal texts are one for the pass over pairs."""
    same: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts.texts):
        same[text].append(row)
    first = [rows[0] for rows in same.values()]
    joined = groups(texts.only(first), threshold) if len(first) > 1 else []
    inside = {row for group in joined for row in group}
    rows = [*same.values()]
    found = [sorted(row for place in group for row in rows[place]) for group in joined]
    found += [own for place, own in enumerate(rows) if place not in inside and len(own) > 1]
    return sorted(found, key=lambda group: (-len(group), group[0]))


def _known(texts: Texts, part: str) -> list[bool]:
    return [value is not None for value in texts.parts[part]]


def _by(texts: Texts, part: str, sample: int) -> dict[str, dict[str, Any]]:
    """The spread within each value of a part."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, value in enumerate(texts.parts[part]):
        if value is not None:
            rows[f"{value:g}" if isinstance(value, float) else str(value)].append(row)
    return {
        name: {
            "texts": len(own),
            "vendi": vendi(texts.only(own), sample),
            "similarity": mean_similarity(texts.only(own)),
        }
        for name, own in sorted(rows.items())
    }


def below_floors(found: Mapping[Kind, Mapping[str, Any]], spec: Diversity) -> list[dict[str, Any]]:
    """Each figure that is below the spec's floor; kinds with few texts are not asked."""
    fallen = []
    for kind, figures in found.items():
        floors = getattr(spec, kind).floors
        asked = {"vendi": floors.vendi, "unique": floors.unique, "distinct_2": floors.distinct}
        for name, floor in asked.items():
            value = figures[name]
            if figures["texts"] >= spec.sample and value is not None and value < floor:
                fallen.append({"kind": kind, "figure": name, "value": value, "floor": floor})
    return fallen


def planned(rows: Sequence[PersonaRow], made: Sequence[Persona]) -> dict[str, Any]:
    """How much of the plan has a conversation that is ok, and which values of it have none.

    Args:
        made: the people of such conversations; one may stand in for a row.
    """
    return {
        "rows": {"planned": len(rows), "ok": len(made)},
        **{
            name: _covered([get(row) for row in rows], [get(person) for person in made])
            for name, get in _PLANNED.items()
        },
    }


def birth_decade(card: Mapping[str, Any]) -> str | None:
    """The decade that a card's person was born in."""
    born = card.get("birth_context")
    decade = born.get("decade") if isinstance(born, Mapping) else None
    return str(decade) if decade else None


_PLANNED: dict[str, Callable[[PersonaRow | Persona], str | None]] = {
    "city": lambda row: row.city,
    "problem": lambda row: row.problem,
    "birth decade": lambda row: birth_decade(row.card),
}


def _covered(wanted: Sequence[Any], there: Sequence[Any]) -> dict[str, Any]:
    known = Counter(value for value in wanted if value is not None)
    lost = sorted(known.keys() - set(there))
    return {"planned": len(known), "ok": len(known) - len(lost), "missing": lost}


def across(one: Texts, other: Texts, threshold: float) -> dict[str, Any] | None:
    """The nearest text of another run to each text of this one."""
    if not len(one) or not len(other):
        return None
    held = Rows()
    for vector in other.vectors:
        held.add(vector)
    nearest = [held.nearest(vector) for vector in one.vectors]
    cosines = np.array([cosine for _, cosine in nearest])
    order = np.argsort(-cosines, kind="stable")[:EXAMPLES]
    return {
        "median": round(float(np.median(cosines)), 4),
        "p90": round(float(np.quantile(cosines, 0.9)), 4),
        "too_close": int((cosines >= threshold).sum()),
        "closest": [
            {
                "id": one.ids[row],
                "other": other.ids[nearest[row][0]],
                "similarity": round(float(cosines[row]), 4),
            }
            for row in order.tolist()
        ],
    }


def drifted(one: Texts, other: Texts) -> dict[str, Any] | None:
    """Whether conversations of two runs differ by more than chance; None: too few of them."""
    left, right = _by_person(one), _by_person(other)
    if min(len(left), len(right)) < 2:
        return None
    return {"conversations": [len(left), len(right)], **drift(left, right)}


def _by_person(texts: Texts) -> Vectors:
    """The mean vector of each person's texts."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, person in enumerate(texts.personas):
        rows[person].append(row)
    means = [texts.only(own).mean(axis=0) for own in rows.values()]
    return np.asarray(means, dtype=np.float32)
