"""The numbers of a card as Markdown: a count stands beside every mean. Knows no sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kakoc.store.export.source import Source
from kakoc.store.export.survey import Survey
from kakoc.store.export.written import Written

LENGTHS = ("words", "characters", "reward")


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; empty without rows."""
    body = [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join('---' for _ in head)}|", *body]
    return "\n".join(lines) if body else ""


def contents(tables: Sequence[Written]) -> str:
    """Rows of each table by split."""
    splits = list(dict.fromkeys(file.split for found in tables for file in found.files))
    rows = (
        [f"`{found.name}`", found.about, *_by_split(found, splits), found.rows] for found in tables
    )
    return table(["config", "rows are", *splits, "all"], rows)


def counts(seen: Survey) -> str:
    """Conversations, turns and variants by what became of them."""
    rows = [
        ["conversations", sum(seen.talks.values()), _states(seen.talks)],
        ["turns", seen.turns, ""],
        ["variants", sum(seen.variants.values()), _states(seen.variants)],
        ["cities", len(seen.cities), ""],
        ["languages", len(seen.languages), _states(seen.languages)],
    ]
    return table(["", "n", "of which"], rows)


def by_care(seen: Survey) -> str:
    """Lengths, reward and scores of the variants that are ok, by care level."""
    judges = sorted(seen.judges)
    rows = []
    for care, means in sorted(seen.by_care.items()):
        found = [means.get(name) for name in (*LENGTHS, *judges)]
        rows.append([f"{care:g}", *(f"{m.value:.3g} (n={m.n})" if m else "-" for m in found)])
    return table(["care level", *LENGTHS, *judges], rows)


def head_to_heads(pairs: Mapping[str, Any]) -> str:
    """What became of every head-to-head, as the run's manifest says."""
    counted = [
        (name, pairs[name]) for name in ("planned", "pairs", "ties", "dropped") if name in pairs
    ]
    reasons = [(f"dropped: {reason}", n) for reason, n in pairs.get("drops", {}).items()]
    return table(["head-to-heads", "n"], [*counted, *reasons])


def confounds(pairs: Mapping[str, Any]) -> str:
    """What rules that understand nothing predict of the pairs."""
    found = pairs.get("baselines", {}).items()
    rows = [_confound(name, row) for name, row in found if isinstance(row, Mapping)]
    return table(["rule", "share it predicts", "95 % interval", "measured on"], rows)


def judges(cards: Iterable[Mapping[str, Any]]) -> str:
    """What the build measured of each judge: AUROC by part, with its interval and counts."""
    rows = [[card.get("name", ""), *row] for card in cards for row in _figures(card)]
    return table(["judge", "use", "part", "cross-validated", "held-out authors"], rows)


def lint(found: Mapping[str, Any]) -> str:
    """Findings by code."""
    return table(["code", "finding", "n"], found.get("by_code", ()))


def left_out(source: Source, tables: Sequence[Written]) -> str:
    """Rows that were not exported, with the reason."""
    rows = [
        [f"`{found.name}`", reason, n]
        for found in tables
        for reason, n in source.reasons(found.name).items()
    ]
    return table(["config", "left out because", "n"], rows)


def crossed(seen: Survey) -> str:
    return table(["hard line", "variants that crossed it"], sorted(seen.crossed.items()))


def _confound(name: str, row: Mapping[str, Any]) -> list[Any]:
    interval = f"{row.get('low')} to {row.get('high')}"
    where = f"{row.get('pairs')} pairs of {row.get('cities')} {row.get('measured_on', 'cities')}"
    return [name.replace("_", " "), row.get("share"), interval, where]


def _figures(card: Mapping[str, Any]) -> Iterator[list[str]]:
    use = f"{card.get('use_for', '')} {card.get('weight') or ''}".strip()
    figures, tests = card.get("figures") or {}, card.get("tests") or {}
    for part, figure in figures.items():
        yield [use, part, _figure(figure), _figure(tests.get(part))]
    if not figures:
        yield [use, "-", "not fitted", "-"]


def _figure(found: Any) -> str:
    if not isinstance(found, Mapping):
        return "-"
    spread = f"[{found.get('low')}, {found.get('high')}]"
    return f"{found.get('value')} {spread} n={found.get('good')}+{found.get('bad')}"


def _by_split(found: Written, splits: Sequence[str]) -> list[int]:
    rows = {file.split: file.rows for file in found.files}
    return [rows.get(split, 0) for split in splits]


def _states(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(counted.items()))


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
