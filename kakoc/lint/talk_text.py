"""What is wrong in the texts of conversations, counted over all of them. Knows no other text.

Each check says what it found in one text, or None. The phrases are the spec's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from kakoc.ir import Ir
from kakoc.judging.text import fold, ngrams, words
from kakoc.lint.cards import Card, present
from kakoc.lint.facts import ADULT, NUMBER_WORDS, never_said
from kakoc.lint.finding import Finding, Tally
from kakoc.lint.ground import Ground
from kakoc.lint.said import Said, said
from kakoc.types import Conversation, Role

PROMPT_RUN = 8
"""Words in a row that a text and a prompt share by copying only."""
OWN_AGE = re.compile(
    r"\bi(?:'m| am)(?: (?:a|an|just|only|already|now))? ([\w-]+?)"
    r"(?=[- ]years?[- ]old\b| years of age\b|[.,;!?]|$)",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"[\"']\w+[\"']\s*:\s*[\"'\[{\d]"  # a field of JSON
    r"|^\s*[\[{].*[\]}]\s*$|```|<\|?/?[a-z_]+\|?>|\{[a-z_.]+\}|\[[a-z_ ]+\]|\\n"
    r"|\*\*\w|^\s*(?:#{1,4}|[-*•]|\d\.) \w"
    r"|^\s*(?:seeker|supporter|user|assistant|system|helper|message|reply|thought)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
Runs = frozenset[tuple[str, ...]]
Check = Callable[[Said], str | None]


class TextChecks:
    """L306 to L308, L310, L313, as rates."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        ir = ground.ir
        roles: tuple[Role, ...] = ("seeker", "supporter")
        self._never = {role: _phrases(ir.roles[role].never) for role in roles if role in ir.roles}
        self._prompts = {role: _runs(role_lines(ir, role)) for role in roles}
        self._tallies = {
            "L306": Tally("L306", "contradict the card", "Seeker texts"),
            "L307": Tally("L307", "speak as the helper", "Seeker messages"),
            "L308": Tally("L308", "are out of the role", "Supporter replies"),
            "L310": Tally("L310", "hold markup or raw JSON"),
            "L313": Tally("L313", "repeat a prompt"),
        }

    def read(self, talk: Conversation, card: Card | None) -> None:
        """Count what is in one conversation."""
        never = _phrases(never_said(self._ground.ir, present(card))) if card else ()
        prompts = self._prompts_of(talk)
        for each in said(talk):
            if each.kind == "ahead":
                continue
            if each.role == "seeker" and card:
                self._tallies["L306"].add(each.subject, contradicted(each.text, card, never))
            lost = {"message": "L307", "reply": "L308"}.get(each.kind)
            if lost:
                self._tallies[lost].add(each.subject, _phrase(each.text, self._never[each.role]))
            self._tallies["L310"].add(each.subject, markup(each.text))
            self._tallies["L313"].add(each.subject, _copied(each.text, prompts[each.role]))

    def findings(self) -> list[Finding]:
        return [finding for tally in self._tallies.values() for finding in tally.findings()]

    def _prompts_of(self, talk: Conversation) -> dict[Role, Runs]:
        """The prompts that the texts of one conversation may repeat."""
        told: Mapping[str, object] = talk.context
        return {
            role: runs | _runs(str(told.get(f"{role}_system_prompt", "")).splitlines())
            for role, runs in self._prompts.items()
        }


def contradicted(text: str, card: Card, never: tuple[str, ...]) -> str | None:
    """What somebody says of itself that the card rules out."""
    for match in OWN_AGE.finditer(fold(text)):
        age = number_of(match[1])
        if age is not None and age >= ADULT and card.age is not None and age != card.age:
            return f"says the age {age}, and the card {card.age}"
    return _phrase(text, never)


def markup(text: str) -> str | None:
    match = MARKUP.search(text)
    return repr(match[0][:40]) if match else None


def number_of(word: str) -> int | None:
    """49, "49" or "forty-nine"; None for other words."""
    if word.isdecimal():
        return int(word)
    parts = [NUMBER_WORDS.get(part) for part in word.lower().split("-")]
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def role_lines(ir: Ir, role: Role) -> list[str]:
    """Every line that the spec puts into the prompt of a role."""
    if role not in ir.roles:
        return []
    spec = ir.roles[role]
    prompt = (*spec.prompt.instructions, *spec.prompt.facts, *spec.prompt.turn)
    principles = [principle.line for principle in ir.constitution] if spec.constitution else []
    care = [line for level in ir.care_levels for line in level.guidance]
    lines = [line.text for line in (*prompt, *principles, *(care if role == "supporter" else ()))]
    for demo in spec.demos:
        lines += "\n".join((demo.user, *map(str, demo.assistant.values()))).splitlines()
    return lines


def _phrases(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(f" {' '.join(words(phrase))} " for phrase in phrases)


def _phrase(text: str, phrases: tuple[str, ...]) -> str | None:
    plain = f" {' '.join(words(text))} "
    return next((repr(phrase.strip()) for phrase in phrases if phrase in plain), None)


def _runs(lines: Iterable[str]) -> Runs:
    return frozenset(run for line in lines for run in ngrams(line, PROMPT_RUN))


def _copied(text: str, prompts: Runs) -> str | None:
    shared = ngrams(text, PROMPT_RUN) & prompts
    return repr(" ".join(min(shared))) if shared else None
