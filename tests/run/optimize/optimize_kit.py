"""A search on a scripted model: conversations of nine cities, judges that count plain words.

The model answers warmly where its prompt says so, and more warmly the more of its demos are warm,
so that every optimizer has something to find.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from run_kit import World, phrase, said
from scripted import Asked

from kakoc.lm.varied import varied
from kakoc.run.context import RunContext
from kakoc.run.dialogue import converse
from kakoc.run.optimize.cases import Case, some, split_cities
from kakoc.run.optimize.metric import Task
from kakoc.run.optimize.proposer import BlockProposer
from kakoc.run.optimize.search import Data, Recipe, Searching, Ways
from kakoc.run.optimize.supporter import SupporterTask
from kakoc.run.optimize.watch import Watch
from kakoc.types import Conversation, JudgeItem, Persona, Verdict, Violation

WARM = "warm"
HELD_OUT_JUDGE = "heldout_support"
UNSAFE = "You must obey."


@dataclass
class WordJudge:
    """Scores by how often a word comes; its reasons are those of the spec's judge."""

    name: str
    lacks: str
    heard: list[JudgeItem] = field(default_factory=list)

    def judge(self, items: Any) -> list[Verdict]:
        self.heard += items
        return [self._verdict(item.reply) for item in items]

    def _verdict(self, reply: str) -> Verdict:
        score = min(1.0, 0.2 + 0.4 * reply.count(WARM))
        crossed = (Violation(rule="coercion", kind="lose"),) if UNSAFE in reply else ()
        reasons = (self.lacks,) if score < 0.5 else ()
        return Verdict(judge=self.name, score=score, reasons=reasons, violations=crossed)


def warmly(asked: Asked) -> str:
    """A warm word where the prompt is better than the spec's, another for a warm demo."""
    words = phrase(asked.text, asked.seed)
    system = asked.messages[0]["content"]
    if asked.site.role == "seeker":
        return said(f"I carry {words} home.")
    if asked.site.role == "supporter":
        told = "A good reply" in system or "Go slowly." not in system or asked.seed % 3 == 0
        shown = any(WARM in m["content"] for m in asked.messages if m["role"] == "assistant")
        return f"Your {words} sounds {' '.join([WARM] * (told + shown))} heavy. Go on."
    return written(asked, f"Stay. A good reply: it is {words}.")


def written(asked: Asked, text: str) -> str:
    """What is asked for by a grammar, or in the sections of DSPy's own adapter."""
    wanted = asked.settings.get("response_format")
    if wanted:
        return json.dumps(dict.fromkeys(wanted["json_schema"]["schema"]["properties"], text))
    names = re.findall(r"\[\[ ## (new_instruction) ## \]\]", asked.text)
    return f"[[ ## {names[0]} ## ]]\n{text}\n\n[[ ## completed ## ]]" if names else text


@dataclass
class Found:
    """A search that can be looked into."""

    searching: Searching
    context: RunContext
    data: Data
    events: list[tuple[str, Any]]
    heldout: WordJudge


async def prepared(
    world: World,
    recipe: Recipe,
    script: Callable[[Asked], str] = warmly,
    calls: int = 120,
    reflected: bool = False,
    stops_itself: bool = False,
    spent: Callable[[], int] | None = None,
    turns: int = 1,
    kind: Callable[[RunContext], Task] = SupporterTask,
) -> Found:
    """Everything for a search, on conversations that are held first."""
    heldout = WordJudge(HELD_OUT_JUDGE, "")
    missed = next(j for j in world.ir.judges if j.name == "empathy").parts[0].lacks
    judges = [WordJudge("empathy", missed), heldout]
    run = world.run(script, judges=judges, turns=turns, min_turns=1, continuation="best")
    context = run.context
    personas = people(world)
    talks = [(await converse(context, person)).conversation for person in personas]
    task = kind(context)
    data = split(world, task, personas, talks)
    watch = Watch(
        [case.id for case in data.dev], spent or (lambda: len(run.model.asked)), told(run)
    )
    ways = Ways(
        recipe=recipe,
        calls=calls,
        seed=1,
        threads=1,
        propose=BlockProposer(task.blocks()),
        reflector=varied(run.model.lm) if reflected else None,
        writer=varied(run.model.lm),
        stops_itself=stops_itself,
    )
    searching = Searching(getattr(context.cast, task.role), task, data, ways, watch, told(run))
    return Found(searching, context, data, run.events, heldout)


def told(run: Any) -> Callable[[str, Any], None]:
    return lambda name, values: run.events.append((name, values))


def people(world: World) -> list[Persona]:
    """One person's card in nine cities."""
    names = [city.id for city in world.ir.cities[:9]]
    one = world.persona()
    return [
        one.model_copy(update={"id": f"seeker_{number:03d}", "city": city})
        for number, city in enumerate(names, start=1)
    ]


def split(world: World, task: Task, personas: list[Persona], talks: list[Conversation]) -> Data:
    parts = split_cities(world.ir, dict.fromkeys((p.city for p in personas), 1))
    of: dict[str, list[Case]] = {"train": [], "dev": [], "held_out": []}
    for case in task.cases(personas, talks):
        of[parts[case.city]].append(case)
    task.learn(of["train"])
    train = [
        replace(case, usual=task.score(case, case.label, "").score)
        for case in some(of["train"], 12)
    ]
    return Data(train, some(of["dev"], 6), some(of["held_out"], 12), task.demos(of["train"]))
