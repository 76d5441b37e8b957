"""Sees every prompt that is tried, whichever optimizer tries it: scores, the best so far, the end.

A candidate counts once all dev cases were scored with it; until then it may have been lucky. Knows
no optimizer: a program says which candidate it is, the metric says what came of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from kakoc.errors import ProviderError
from kakoc.ports import Notify
from kakoc.types import digest

Words = Mapping[str, Mapping[str, Any]]
"""Predictor -> its `instructions` and its `demos`, each a mapping of fields."""


MOST_UNHEARD = 6
"""Cases in a row without any answer after which nobody is there."""


class SearchOver(Exception):
    """The search may ask no more."""


@dataclass(slots=True)
class Candidate:
    """One prompt that was tried."""

    id: str
    words: Words
    scores: dict[str, float] = field(default_factory=dict)
    """By case."""
    judges: dict[str, Mapping[str, float]] = field(default_factory=dict)
    """By case: what each judge says."""
    number: int | None = None
    """Of those that were scored on all dev cases, in their order; 0 is the prompt as it was."""

    def mean(self, cases: Collection[str]) -> float:
        return fmean(self.scores[name] for name in cases)

    def by_judge(self, cases: Collection[str]) -> dict[str, float]:
        """Mean of each judge over those of the cases that it scored."""
        given: dict[str, list[float]] = {}
        for case in cases:
            for name, score in self.judges.get(case, {}).items():
                given.setdefault(name, []).append(score)
        return {name: round(fmean(scores), 4) for name, scores in given.items()}


class Watch:
    """One search, from any thread."""

    def __init__(self, dev: Collection[str], asked: Callable[[], int], notify: Notify) -> None:
        """Args:
        dev: ids of the dev cases.
        asked: model calls so far, those that the journal answered included: a search that goes
            on after a crash then ends where it would have ended.
        """
        self.dev = tuple(dev)
        self.candidates: dict[str, Candidate] = {}
        self.answers: dict[tuple[str, str, int], Any] = {}
        """(candidate, case, which of its answers) -> what was said, so that it is asked once."""
        self.ended = ""
        """Why it was ended before the recipe was done."""
        self.fault: Exception | None = None
        """What no other call could mend either."""
        self.stops_itself = False
        """True: the recipe asks `over` between its steps, and no step is cut."""
        self._asked, self._notify = asked, notify
        self._calls: int | None = None
        self._seconds: float | None = None
        self._iteration = 0
        self._begun, self._asked_before = time.monotonic(), asked()
        self._unheard = 0
        self._lock = threading.Lock()

    def begin(self, calls: int, seconds: float | None = None, iteration: int = 0) -> None:
        """From here on calls and seconds are counted; what was asked before is free.

        Args:
            seconds: None: as long as it likes.
            iteration: calls of one, by which a search may go beyond its budget.
        """
        self._begun, self._asked_before = time.monotonic(), self._asked()
        self._calls, self._seconds, self._iteration = calls, seconds, iteration

    def __deepcopy__(self, memo: dict[int, Any]) -> Watch:
        return self

    @property
    def spent(self) -> int:
        """Model calls since the search began."""
        return self._asked() - self._asked_before

    @property
    def finished(self) -> list[Candidate]:
        """Those that were scored on all dev cases, in that order."""
        done = [c for c in list(self.candidates.values()) if c.number is not None]
        return sorted(done, key=lambda candidate: candidate.number or 0)

    @property
    def best(self) -> Candidate:
        """The best of them; of equals the first."""
        return max(self.finished, key=lambda candidate: candidate.mean(self.dev))

    def over(self) -> bool:
        """Whether to ask no more."""
        if not self.ended and self._calls is not None and self.spent >= self._calls:
            self.ended = self._spent_all
        if not self.ended and self._seconds and time.monotonic() - self._begun >= self._seconds:
            self.ended = f"the {self._seconds:g} seconds are over"
        return bool(self.ended)

    def require(self) -> None:
        """Whether a case may be asked at all.

        Raises:
            SearchOver: it may not.
        """
        if self.fault or (self._is_cut_short() and not self.stops_itself):
            raise SearchOver(self.ended)

    def _is_cut_short(self) -> bool:
        """Calls that are spent end no iteration: where threads stood then would be chance."""
        if not self.over() or self._calls is None:
            return bool(self.ended)
        is_by_calls = self.ended == self._spent_all
        return not is_by_calls or self.spent >= self._calls + self._iteration

    @property
    def _spent_all(self) -> str:
        return f"the budget of {self._calls} calls is spent"

    def fail(self, error: Exception) -> None:
        """End the search: no other call could succeed either."""
        self.fault = self.fault or error
        self.ended = self.ended or str(error)

    def heard(self, anything: bool, reason: str) -> None:
        """Whether a case was answered at all; where nobody answers, no prompt is to blame."""
        with self._lock:
            self._unheard = 0 if anything else self._unheard + 1
            silent = self._unheard >= MOST_UNHEARD
        if silent:
            hint = "is its server running? what was answered is kept; the same command goes on"
            self.fail(ProviderError(f"the model does not answer: {reason}", hint))

    def tries(self, words: Words) -> str:
        """A prompt is about to be used; returns its id.

        Raises:
            SearchOver: it is a new one, and nothing new may be tried.
        """
        name = digest(words)
        if name not in self.candidates:
            if self.over() and not self.stops_itself:
                raise SearchOver(self.ended)
            with self._lock:
                self.candidates.setdefault(name, Candidate(name, words))
        return name

    def scored(
        self, name: str, case: str, score: float, judges: Mapping[str, float] | None = None
    ) -> None:
        """What came of one case."""
        with self._lock:
            candidate = self.candidates[name]
            candidate.scores[case] = score
            candidate.judges[case] = judges or {}
            done = candidate.number is None and all(n in candidate.scores for n in self.dev)
            if done:
                candidate.number = sum(c.number is not None for c in self.candidates.values())
        if done:
            self._tell(candidate)

    def _tell(self, candidate: Candidate) -> None:
        best = self.best
        self._notify(
            "candidate",
            {
                "candidate": candidate.number,
                "id": candidate.id,
                "score": round(candidate.mean(self.dev), 4),
                "best": best.number,
                "best_score": round(best.mean(self.dev), 4),
                "judges": candidate.by_judge(self.dev),
                "calls": self.spent,
            },
        )
