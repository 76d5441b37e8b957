"""Whether the length of a reply alone tells its care level. Knows characters, no words.

The rule that is tried is the best there is on lengths: cut points that sort replies into levels, in
rising or falling order. It is made from some conversations and tried on the others, because a rule
tells everything about the replies that it was made from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from kakoc.lint.finding import CORPUS, Finding, found
from kakoc.types import Conversation

FOLDS = 5
FEWEST = 30
"""Replies below which the accuracy of a rule is mostly luck."""
MEAN = "characters_care_"
LIMIT = 0.5
"""How far an accuracy may lie on the way from chance to certainty. Levels that ask for one to four
sentences differ in length by themselves; half of the way is more than they ask for."""

Cut = tuple[int, tuple[int, ...]]
"""Hits so far, and how many of the shortest lengths lie below each cut."""
Rows = list[tuple[float, int]]
"""Care level and characters of each reply."""


class LengthCheck:
    """L401, and the accuracy itself as a measure."""

    def __init__(self) -> None:
        self._folds: list[Rows] = [[] for _ in range(FOLDS)]
        self._talks = 0

    def read(self, talk: Conversation) -> None:
        fold = self._folds[self._talks % FOLDS]
        self._talks += 1
        texts = [(v.care, v.text) for t in talk.turns for v in t.variants if v.status == "ok"]
        fold += [(care, len(text)) for care, text in texts]

    def measures(self) -> dict[str, float]:
        """Accuracy of the rule, what chance gives, and mean characters by care level."""
        rows = [row for fold in self._folds for row in fold]
        levels = sorted({care for care, _ in rows})
        means = {f"{MEAN}{care:g}": _mean(rows, care) for care in levels}
        accuracy = self.accuracy()
        if accuracy is None:
            return means
        return {"length_tells_care": accuracy, "chance": round(1 / len(levels), 4), **means}

    def accuracy(self) -> float | None:
        """Share of replies whose level their length tells; None where that cannot be tried."""
        levels = sorted({care for fold in self._folds for care, _ in fold})
        hits = total = 0
        for number, tried in enumerate(self._folds):
            made_from = [r for n, fold in enumerate(self._folds) if n != number for r in fold]
            if tried and made_from and len(levels) > 1:
                cuts, order = best_rule(made_from, levels)
                hits += sum(order[bisect_left(cuts, length)] == care for care, length in tried)
                total += len(tried)
        return round(hits / total, 4) if total else None

    def findings(self) -> Iterator[Finding]:
        measured = self.measures()
        accuracy, chance = measured.get("length_tells_care"), measured.get("chance", 0.0)
        replies = sum(map(len, self._folds))
        if accuracy is None or replies < FEWEST or accuracy < chance + LIMIT * (1 - chance):
            return
        means = [f"{v:.0f} at {k.removeprefix(MEAN)}" for k, v in measured.items() if MEAN in k]
        told = f"{accuracy:.0%} of {replies} replies by their length (chance {chance:.0%})"
        yield found("L401", CORPUS, f"{told}; mean characters {', '.join(means)}", "warning")


def best_rule(rows: Rows, levels: Sequence[float]) -> tuple[list[int], list[float]]:
    """Cut points and the level of each span between them, with the most hits on `rows`."""
    rules = [_best_cuts(rows, order) for order in (list(levels), list(reversed(levels)))]
    _, cuts, order = max(rules, key=lambda rule: rule[0])
    return cuts, order


def _best_cuts(rows: Rows, order: list[float]) -> tuple[int, list[int], list[float]]:
    """The best cuts for levels in this order; a span takes lengths up to and with its cut."""
    lengths = sorted({length for _, length in rows})
    counts = Counter(rows)
    hits = [[0, *accumulate(counts[care, length] for length in lengths)] for care in order]
    # best[k]: most hits on the k shortest lengths, with the levels so far; and the cuts for it
    best: list[Cut] = [(hits[0][k], ()) for k in range(len(lengths) + 1)]
    for own in hits[1:]:
        grown: list[Cut] = []
        top: Cut = (-1, ())
        for k in range(len(lengths) + 1):
            top = max(top, (best[k][0] - own[k], (*best[k][1], k)), key=lambda rule: rule[0])
            grown.append((top[0] + own[k], top[1]))
        best = grown
    most, cuts = best[-1]
    return most, [lengths[k - 1] if k else -1 for k in cuts], order


def _mean(rows: Rows, care: float) -> float:
    own = [length for level, length in rows if level == care]
    return round(sum(own) / len(own), 1)
