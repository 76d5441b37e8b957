"""Tokens a second of the embedded engine, through dspy and journal, against bare llama.cpp.

Both get the same prompts in the same order and slots: a few conversations side by side, three
variants a turn one after another, each conversation in a slot of its own. The two are measured
alternately, each time with a fresh server, so that drift of the machine hits both alike. Replies
have a fixed length; what is said in the conversation so far is fixed, not generated.

    python benchmarks/embedded.py [--rounds 2] [--slots 4] [--turns 3] [--tokens 32] [--json]

Exits 1 below the target.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kakoc.lm import Journal, LmConfig, close_all, open_lm, resolve
from kakoc.ports import CALL_SITE, CallSite, Meter

MODEL = "smollm2-135m"
CONTEXT = 2048
TARGET = 0.85
VARIANTS = ("Keep some distance.", "Be attentive.", "Be warm and close.")
LINE = "Person {0} likes long walks by the river and has not slept well since the move. "
SEEKER = "Today was day {1} and again I sat at the window and thought of home, of {0} and of work."
WARM_UP = (("system", "You are brief."), ("user", "Hello."))
SUPPORTER = "That sounds like a long day, and a lonely one. What was on your mind at the window?"


@dataclass(frozen=True)
class Call:
    """One request: a conversation so far, and how the next reply shall be."""

    conversation: int
    turn: int
    variant: int
    messages: tuple[tuple[str, str], ...]

    @property
    def seed(self) -> int:
        return 1000 * self.conversation + 10 * self.turn + self.variant


@dataclass(frozen=True)
class Measure:
    """What one pass over all calls took."""

    seconds: float
    prompt: int
    cached: int
    completion: int

    @property
    def tokens_per_second(self) -> float:
        return self.completion / self.seconds

    @property
    def cached_share(self) -> float:
        return self.cached / self.prompt


def main() -> int:
    options = parse()
    script = [conversation(number, options.turns) for number in range(options.slots)]
    resolve(MODEL)
    passes: dict[str, list[Measure]] = {"bare": [], "kakoc": []}
    for _ in range(options.rounds):
        passes["bare"].append(measure_bare(script, options.slots, options.tokens))
        passes["kakoc"].append(measure_kakoc(script, options.slots, options.tokens))
    totals = {name: total(measures) for name, measures in passes.items()}
    ratio = totals["kakoc"].tokens_per_second / totals["bare"].tokens_per_second
    report = as_json if options.json else as_table
    print(report(passes, totals, ratio))
    return 0 if ratio >= TARGET else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=2, help="passes of each side")
    parser.add_argument("--slots", type=int, default=4, help="slots, and conversations at once")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=32, help="length of a reply")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def conversation(number: int, turns: int) -> list[Call]:
    """All calls of one conversation; the variant comes last, so that the rest is shared."""
    system = ("system", "You are a friend who listens. " + LINE.format(number) * 20)
    history: list[tuple[str, str]] = []
    calls = []
    for turn in range(turns):
        said = SEEKER.format(number, turn)
        for variant, manner in enumerate(VARIANTS):
            messages = (system, *history, ("user", f"{said}\n\n{manner}"))
            calls.append(Call(number, turn, variant, messages))
        history += [("user", said), ("assistant", SUPPORTER)]
    return calls


def measure_bare(script: list[list[Call]], slots: int, tokens: int) -> Measure:
    """llama.cpp alone: a thread a conversation, each pinned to its slot."""
    server = bare_server(slots)

    def talk(calls: list[Call]) -> list[dict[str, Any]]:
        return [server.handle_chat_completions(bare_body(call, tokens)) for call in calls]

    server.handle_chat_completions(bare_body(Call(0, 0, 0, WARM_UP), 1))
    with ThreadPoolExecutor(len(script)) as pool:
        seconds, replies = timed(lambda: list(pool.map(talk, script)))
    usages = [reply["usage"] for each in replies for reply in each]
    return Measure(
        seconds=seconds,
        prompt=sum(usage["prompt_tokens"] for usage in usages),
        cached=sum(usage["prompt_tokens_details"]["cached_tokens"] for usage in usages),
        completion=sum(usage["completion_tokens"] for usage in usages),
    )


def bare_server(slots: int) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(resolve(MODEL).path)
    params.n_parallel, params.n_ctx = slots, slots * CONTEXT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads()
    params.verbosity = 0
    return xllamacpp.Server(params)


def threads() -> int:
    return max(1, (os.cpu_count() or 1) - 1)


def bare_body(call: Call, tokens: int) -> dict[str, Any]:
    return {
        "messages": [{"role": role, "content": content} for role, content in call.messages],
        "max_tokens": tokens,
        "seed": call.seed,
        "ignore_eos": True,
        "id_slot": call.conversation,
        "cache_prompt": True,
    }


def measure_kakoc(script: list[list[Call]], slots: int, tokens: int) -> Measure:
    """The same through `dspy.LM`, our engine and a fresh journal: a task a conversation."""
    meter = Meter()
    config = LmConfig("bench", "embedded", MODEL, slots=slots, context=CONTEXT, threads=threads())
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal") as journal:
        open_lm(config, None, Meter())(request(Call(0, 0, 0, WARM_UP), 1))
        lm = open_lm(config, journal, meter)
        seconds, _ = timed(lambda: asyncio.run(talk_all(lm, script, tokens)))
    close_all()
    usage = meter.usage
    return Measure(seconds, usage.prompt, usage.cached, usage.completion)


async def talk_all(lm: Any, script: list[list[Call]], tokens: int) -> None:
    async def talk(calls: list[Call]) -> None:
        for call in calls:
            CALL_SITE.set(CallSite("supporter", str(call.conversation), call.turn))
            await lm.acall(request(call, tokens))

    await asyncio.gather(*(talk(calls) for calls in script))


def request(call: Call, tokens: int) -> Any:
    from dspy.lm15 import Config, Message, Request

    (_, system), *said = call.messages
    config = Config(max_tokens=tokens, seed=call.seed, extensions={"ignore_eos": True})
    make = {"user": Message.user, "assistant": Message.assistant}
    messages = tuple(make[role](content) for role, content in said)
    return Request(
        model=f"embedded/{resolve(MODEL).identity}", messages=messages, system=system, config=config
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def total(measures: list[Measure]) -> Measure:
    columns = zip(*(asdict(measure).values() for measure in measures), strict=True)
    return Measure(*(sum(column) for column in columns))


def as_table(passes: dict[str, list[Measure]], totals: dict[str, Measure], ratio: float) -> str:
    lines = [f"{'':8}{'tokens/s':>10}{'cached':>9}{'prompt':>9}{'reply':>8}{'seconds':>9}   passes"]
    for name, measure in totals.items():
        each = " ".join(f"{one.tokens_per_second:.1f}" for one in passes[name])
        lines.append(
            f"{name:8}{measure.tokens_per_second:10.1f}{measure.cached_share:9.1%}"
            f"{measure.prompt:9}{measure.completion:8}{measure.seconds:9.1f}   {each}"
        )
    return "\n".join([*lines, f"kakoc / bare: {ratio:.1%} (target {TARGET:.0%})"])


def as_json(passes: dict[str, list[Measure]], totals: dict[str, Measure], ratio: float) -> str:
    sides = {
        name: {
            "tokens_per_second": round(measure.tokens_per_second, 2),
            "cached_share": round(measure.cached_share, 4),
            "passes": [asdict(one) for one in passes[name]],
        }
        for name, measure in totals.items()
    }
    return json.dumps({"ratio": round(ratio, 4), "target": TARGET, **sides}, indent=2)


if __name__ == "__main__":
    sys.exit(main())
