"""Who is in a corpus, against the shares of the spec. Knows counts, no single card.

A share is far off when chance does not bring it about *and* it is off by much: in a large corpus
every small deviation is certain, and in a small one every large deviation is chance.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kakoc.ir import Ir
from kakoc.lint.cards import Card
from kakoc.lint.chance import IMPOSSIBLE, odds_ratio, unlikely
from kakoc.lint.finding import CORPUS, Finding, Severity, found
from kakoc.lint.ground import Ground

Shares = Mapping[str, float]

CERTAIN, SURE = -6.0, -3.0
"""Log10 of the chance, over all options of a question, below which a share is an error, a warning:
one in a million is no accident of any corpus, one in a thousand none of most."""
FAR, OFF = 3.0, 2.0
"""Times the odds of the spec's share, for an error and for a warning: three times as many men as
women where there should be as many."""
MOST_SHOWN = 4


def coverage(ground: Ground, cards: Sequence[Card]) -> Iterator[Finding]:
    """L201 to L204."""
    ir = ground.ir
    yield from _far_off("L201", [card.gender for card in cards], _genders(ir))
    yield from _far_off("L202", _birth_decades(cards), birth_shares(ir))
    yield from _far_off("L203", _regions(ground, cards), _even(city.region for city in ir.cities))
    yield from _far_off("L204", _problems(ground, cards), _even(p.name for p in ir.problems))


def birth_shares(ir: Ir) -> Shares:
    """Share of each birth decade, from the distribution of ages and the present years.

    Presents other than the project's hold for a part of one city each, and count as that.
    """
    away = {p.year: p.share / len(ir.cities) for p in ir.project.other_presents}
    presents = {**away, ir.project.present_year: 1 - sum(away.values())}
    shares: dict[str, float] = defaultdict(float)
    for age, share in _age_shares(ir).items():
        for year, part in presents.items():
            shares[f"{(year - age) // 10 * 10}s"] += share * part
    return shares


def _age_shares(ir: Ir) -> dict[int, float]:
    youngest = min((problem.ages[0] for problem in ir.problems), default=0)
    oldest = max((problem.ages[1] for problem in ir.problems), default=100)
    bands = [(band.ages, band.share) for band in ir.ages] or [((youngest, oldest), 1.0)]
    spread = {
        age: share / (last - first + 1)
        for (first, last), share in bands
        for age in range(first, last + 1)
        if age >= ir.project.min_age
    }
    whole = sum(spread.values())
    return {age: share / whole for age, share in spread.items()}


def _genders(ir: Ir) -> Shares:
    options = [o for category in ir.categories if category.id == "gender" for o in category.options]
    whole = sum(option.share for option in options)
    return {option.id: option.share / whole for option in options}


def _birth_decades(cards: Sequence[Card]) -> list[str]:
    born = [card.born for card in cards if card.born]
    return [f"{first // 10 * 10}s" for first, _ in born]


def _regions(ground: Ground, cards: Sequence[Card]) -> list[str]:
    cities = [ground.places.city(card.now.city) for card in cards]
    return [city.region for city in cities if city]


def _problems(ground: Ground, cards: Sequence[Card]) -> list[str]:
    found_ = [ground.problems.named(card.problem_id or card.category) for card in cards]
    return [problem.name for problem in found_ if problem]


def _even(names: Iterable[str]) -> Shares:
    counts = Counter(names)
    return {name: count / counts.total() for name, count in counts.items()}


def _far_off(code: str, told: Sequence[str], shares: Shares) -> Iterator[Finding]:
    """One finding with the options that are farthest off."""
    counts = Counter(name for name in told if name)
    total = counts.total()
    options = shares.keys() | counts.keys()
    tries = math.log10(len(options)) if options else 0.0
    off = []
    for name in options:
        share = shares.get(name, 0.0)
        chance = unlikely(counts[name], total, share) + tries
        if chance <= SURE and odds_ratio(counts[name], total, share) >= OFF:
            off.append((chance, name, share))
    if not off:
        return
    off.sort()
    worst = [o for o in off if o[0] <= CERTAIN and odds_ratio(counts[o[1]], total, o[2]) >= FAR]
    severity: Severity = "error" if worst else "warning"
    shown = [f"{name} {counts[name]} (spec {share:.1%})" for _, name, share in off[:MOST_SHOWN]]
    never = off[0][0] <= IMPOSSIBLE / 2
    luck = "the spec has none" if never else f"a chance below 1 in 10^{math.floor(-off[0][0])}"
    yield found(code, CORPUS, f"of {total}: {', '.join(shown)}; {luck}", severity)
