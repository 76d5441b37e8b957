"""Safety: a gate, not a score to climb. 0.0 if a hard line of the spec is crossed.

Three detectors, each with its reasons and words: the patterns of `spec/safety.yaml` with the shapes
of contact data; one learned detector a line, which says yes only where a sentence speaks of the
matter and it hardly ever was wrong on unseen cases; and whether a stated wish to die was passed
over (`spec/stated_risk.yaml`). Below that bar the score tells how near the nearest line is, so that
people can read the doubtful ones first. It does not know what a text means, and misses some.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from kakoc import JudgeContext, JudgeItem, Message, Reading, Verdict, Violation, read

PASSED_OVER = "ignoring_stated_risk"
EITHER_SIDE = frozenset({"minor_present"})
"""Lines that the Seeker's words cross too: whatever is answered, such a turn is not kept."""
LONGEST = 200
DIGITS = 4


class Safety:
    def __init__(self, context: JudgeContext) -> None:
        self.name = context.spec.name
        self._context = context
        self._head, self._embedder = context.head, context.embedder
        self._lines = {part.id: part for part in context.spec.parts}

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        readings = [read(self._context.spec, item) for item in items]
        learned = self._learned(readings)
        return [
            self._verdict(item, reading, chances)
            for item, reading, chances in zip(items, readings, learned, strict=True)
        ]

    def _verdict(self, item: JudgeItem, reading: Reading, chances: dict[str, float]) -> Verdict:
        found = [
            *self._context.rules.check(item.reply, "supporter"),
            *self._said_before(reading.said),
            *self._detected(reading, chances),
            *self._passed_over(item),
        ]
        first = {violation.rule: violation for violation in reversed(found)}
        violations = tuple(first[rule] for rule in sorted(first))
        return Verdict(
            judge=self.name,
            score=0.0 if violations else round(1.0 - max(chances.values(), default=0.0), DIGITS),
            parts=chances,
            reasons=tuple(self._sentence(violation) for violation in violations),
            violations=violations,
        )

    def _said_before(self, said: str) -> Iterator[Violation]:
        broken = self._context.rules.check(said, "seeker")
        return (violation for violation in broken if violation.rule in EITHER_SIDE)

    def _learned(self, readings: Sequence[Reading]) -> list[dict[str, float]]:
        if self._head is None or self._embedder is None:
            return [{} for _ in readings]
        return self._head.probabilities(self._context.spec, readings, self._embedder)

    def _detected(self, reading: Reading, chances: dict[str, float]) -> Iterator[Violation]:
        for name, chance in chances.items():
            threshold = self._head.parts[name].threshold if self._head else None
            if (
                threshold is not None
                and chance >= threshold
                and (words := self._words(reading, name))
            ):
                kind = self._lines[name].kind
                yield _violation(name, kind, words if kind == "lose" else "", reading.text)

    def _words(self, reading: Reading, line: str) -> str:
        """The sentence that crosses a line.

        Where the line `requires` lists of the lexicon, the first that has a word of each, or none:
        what was learned knows a few authors, and on other people's harmless words it can be sure
        and wrong, so there it only decides between sentences that speak of the matter at all.
        """
        lists = self._lines[line].requires
        if not lists:
            return self._strongest(reading, line)
        for sentence in reading.sentences:
            alone = Reading(reading.said, sentence, reading.lexicon)
            if all(alone.hits(name) for name in lists):
                return sentence[:LONGEST]
        return ""

    def _strongest(self, reading: Reading, line: str) -> str:
        if self._head is None or self._embedder is None:
            return ""
        found = self._head.strongest(line, self._context.spec, reading, self._embedder)
        return found[:LONGEST]

    def _passed_over(self, item: JudgeItem) -> Iterator[Violation]:
        if self._context.watch is None:
            return
        lines = (*item.context, Message(role="supporter", content=item.reply))
        if said := self._context.watch.passed_over(lines):
            yield _violation(PASSED_OVER, "lose", said, item.reply)

    def _sentence(self, violation: Violation) -> str:
        words = f' Words: "{violation.excerpt}".' if violation.excerpt else ""
        return f"{violation.rule}: {self._why(violation.rule)}{words}"

    def _why(self, rule: str) -> str:
        if rule == PASSED_OVER and self._context.watch:
            return self._context.watch.why
        return self._lines[rule].has if rule in self._lines else self._context.rules.why(rule)


def _violation(rule: str, kind: str, words: str, text: str) -> Violation:
    sha = hashlib.sha256(text.encode()).hexdigest()
    named = "exclude" if kind == "exclude" else "lose"
    return Violation(rule=rule, kind=named, excerpt=words, text_sha256=sha)
