"""A small deterministic chat-completions server for tests, in the shape of OpenAI's API.

A reply depends on the request's bytes and nothing else, so equal requests get equal replies from
any instance. Its id is the request's hash, by which a test finds a call again in a journal.

    python tests/stub_server.py --latency 0.05     prints the base URL, then serves until killed
    python tests/stub_server.py --fault 500=0.1 --fault stall=0.02    a tenth fails, some hang

Which calls get a fault follows from the request and how often it was asked before.
`GET /v1/stats` tells what was asked. Knows JSON Schema as far as a grammar needs it; no kakoc.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

# A sentence takes one part of each column: enough of them that a conversation seldom says one
# twice, and so few words in common that no reply is an echo of another.
BEGINNINGS = (
    "The mornings are grey",
    "Nobody rang yesterday",
    "Supper went cold again",
    "My sister wrote late",
    "Rain fell all week",
    "Work felt heavy today",
    "Old letters lay open",
    "Sleep came in pieces",
    "Neighbours moved out quietly",
    "Some hours pass slowly",
    "Our kitchen stays dark",
    "Several bills came together",
    "Sundays seem long now",
    "An answer never came",
    "Spring arrived without warning",
    "Every step takes thought",
)
MIDDLES = (
    "and the kettle stood untouched",
    "while trams went past outside",
    "so I counted tiles instead",
    "though neither of us spoke",
    "because plans changed once more",
    "and I noticed my hands",
    "while dishes waited for company",
    "so the radio kept talking",
    "though friends asked kindly enough",
    "because silence took up room",
    "and coats hung where always",
    "while lamps across glowed warm",
    "so I walked around twice",
    "though it looked small afterwards",
    "because words came out crooked",
    "and a chair remained empty",
)
ENDINGS = (
    "before anyone woke",
    "until evening settled",
    "as if nothing mattered",
    "like in other years",
    "near the window",
    "without much reason",
    "beside an unread book",
    "after a long pause",
    "on the back stairs",
    "between two errands",
    "under the same roof",
    "despite good weather",
    "during most of autumn",
    "behind a closed door",
    "along the river",
    "towards midnight",
)


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(column) for column in (BEGINNINGS, MIDDLES, ENDINGS)) + "."


def prose(chance: random.Random, longest: int) -> str:
    """Two or three sentences, or as many as `longest` characters hold."""
    text = sentence(chance)
    for _ in range(chance.choice((1, 2))):
        longer = f"{text} {sentence(chance)}"
        text = longer if len(longer) <= longest else text
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}."


def instance(schema: dict[str, Any], chance: random.Random, root: dict[str, Any]) -> Any:
    """A value that `schema` allows. Booleans are false: a stub is never ready to stop."""
    if "$ref" in schema:
        return instance(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], chance, root)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    match schema["type"]:
        case "object":
            fields = schema.get("properties", {})
            return {name: instance(value, chance, root) for name, value in fields.items()}
        case "array":
            count = max(1, schema.get("minItems", 1))
            return [instance(schema["items"], chance, root) for _ in range(count)]
        case "string":
            return prose(chance, schema.get("maxLength", 400))
        case "integer":
            return chance.randint(schema.get("minimum", 0), schema.get("maximum", 10))
        case "number":
            return round(chance.uniform(schema.get("minimum", 0), schema.get("maximum", 1)), 3)
        case "boolean":
            return False
    raise ValueError(f"no value for {schema}")


PLANTED: dict[str, Callable[[str], int]] = {
    "always_8": lambda judged: 8,
    "marker": lambda judged: 9 if "lantern" in judged else 2,
    "longer_is_better": lambda judged: min(9, len(judged.split()) // 4),
}
"""Biases of a model that is asked for a number: what it says of the text that it is to judge."""
JUDGED = re.compile(r"^Reply to judge: (.*)$", re.MULTILINE)


def planted_number(bias: str, asked: str) -> str:
    """What a model with that bias answers to a judge's question."""
    if bias == "first_end":  # of the scale, whichever is told first, pulls upwards or down
        return "8" if asked.index("10 means") > asked.index("0 means not") else "6"
    if bias == "mute":
        return "I would rather not say."
    (judged,) = JUDGED.findall(asked)
    return str(PLANTED[bias](judged))


def completion(body: dict[str, Any], bias: str = "") -> dict[str, Any]:
    """The reply to one request."""
    name = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:24]
    chance = random.Random(name)
    wanted = body.get("response_format", {}).get("json_schema")
    if bias:
        text = planted_number(bias, body["messages"][-1]["content"])
    elif wanted:
        text = json.dumps(instance(wanted["schema"], chance, wanted["schema"]))
    else:
        text = prose(chance, 400)
    asked = sum(len(message["content"]) for message in body["messages"]) // 4
    message = {"role": "assistant", "content": text}
    return {
        "id": name,
        "object": "chat.completion",
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": len(text) // 4,
            "total_tokens": asked + len(text) // 4,
        },
    }


def with_words(text: str, words: str) -> str:
    """`text` with `words` instead, or for every text in it where it is JSON."""
    try:
        fields = json.loads(text)
    except ValueError:
        return words
    return json.dumps({k: words if isinstance(v, str) else v for k, v in fields.items()})


MUCH = 1 << 20
STALL_SECONDS = 3600.0


def words_fault(name: str, reply: dict[str, Any]) -> dict[str, Any]:
    """A well-formed completion that is no good answer: the model's own fault."""
    choice = reply["choices"][0]
    message = choice["message"]
    match name:
        case "empty":
            message["content"] = ""
        case "cut":
            message["content"] = message["content"][: len(message["content"]) // 2]
            choice["finish_reason"] = "length"
        case "not-json":
            message["content"] = "I would rather tell you {what I think."
        case "wrong-schema":
            message["content"] = json.dumps({"mood": 3})
        case "wrong-role":
            message["role"] = "user"
        case "refusal":
            message["content"], message["refusal"] = None, "I will not write this."
    return reply


WORDS_FAULTS = ("empty", "cut", "not-json", "wrong-schema", "wrong-role", "refusal")
LINE_FAULTS = (
    *("429", "500", "garbage", "nothing", "html", "stream", "torn", "reset", "stall", "huge"),
    *("echo", "denied"),
)
"""Faults of the server and the line. `echo`, `denied`: errors that tell the headers that came."""


async def line_fault(name: str, request: web.Request, reply: dict[str, Any]) -> web.StreamResponse:
    """What comes instead of a completion."""
    match name:
        case "429":
            return web.json_response({"error": {"message": "too many requests"}}, status=429)
        case "garbage":
            return web.Response(text="<html>not what was asked for</html>")
        case "nothing":
            return web.Response(text="")
        case "html":
            return web.Response(text="<html>welcome</html>", content_type="text/html")
        case "stream":
            text = f"data: {json.dumps(reply)}\n\n"
            return web.Response(text=text, content_type="text/event-stream")
        case "stall":
            await asyncio.sleep(STALL_SECONDS)
        case "echo" | "denied":
            told = f"bad headers: {dict(request.headers)}"
            status = 500 if name == "echo" else 401
            return web.json_response({"error": {"message": told}}, status=status)
        case "reset" | "torn" | "huge":
            return await broken(name, request)
    return web.json_response({"error": {"message": "a fault on purpose"}}, status=500)


async def broken(name: str, request: web.Request) -> web.StreamResponse:
    """A connection that ends before the reply, in the middle of it, or never of itself."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    if name != "reset":
        await response.prepare(request)
        await response.write(b'{"choices": [')
    while name == "huge" and not (request.transport is None or request.transport.is_closing()):
        await response.write(b" " * MUCH)
    if request.transport:
        request.transport.abort()
    return response


@dataclass(slots=True)
class Stub:
    """One server: how it behaves and what it was asked."""

    latency: float = 0.0
    faults: dict[str, float] = field(default_factory=dict)
    """Name -> share of the calls that get it."""
    lanes: int = 1000
    """Calls in service at once; others wait."""
    overload: int = 0
    """More calls than this are refused at once; 0: none is."""
    under_way: int = 0
    bias: str = ""
    """Of a model that judges; none: it writes prose."""
    calls: int = 0
    served: Counter[str] = field(default_factory=Counter)
    """Good replies by id."""
    met: Counter[str] = field(default_factory=Counter)
    """Faults by name."""
    keys: set[str] = field(default_factory=set)
    """Authorization headers that came."""
    echo: bool = False
    """Good replies tell the key that came."""
    _asked: Counter[str] = field(default_factory=Counter)
    _service: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._service = asyncio.Semaphore(self.lanes)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        if self.overload and self.under_way >= self.overload:
            return web.json_response({"error": {"message": "too many requests"}}, status=429)
        self.under_way += 1
        try:
            return await self._serve(request)
        finally:
            self.under_way -= 1

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.keys.add(request.headers.get("Authorization", ""))
        reply = completion(await request.json(), self.bias)
        fault = self._fault(reply["id"])
        self.met.update([fault] if fault else [])
        if fault in LINE_FAULTS:
            await self._wait()
            return await line_fault(fault, request, reply)
        await self._wait()
        self.served[reply["id"]] += fault != "wrong-role"  # which no client may take
        if self.echo:
            told = f"I heard {request.headers.get('Authorization')}."
            message = reply["choices"][0]["message"]
            message["content"] = with_words(message["content"], told)
        return web.json_response(words_fault(fault, reply))

    async def _wait(self) -> None:
        async with self._service:
            await asyncio.sleep(self.latency)

    def _fault(self, name: str) -> str:
        """The fault that a call gets, or none; the next try of the same call has its own luck."""
        self._asked[name] += 1
        luck = random.Random(f"{name} {self._asked[name]}").random()
        for fault, share in self.faults.items():
            if luck < share:
                return fault
            luck -= share
        return ""

    async def stats(self, request: web.Request) -> web.Response:
        told = {"calls": self.calls, "served": self.served, "faults": self.met}
        return web.json_response({**told, "keys": sorted(self.keys)})


async def serve(stub: Stub, port: int = 0) -> None:
    """Serve on `port`, or a free one, of this machine until cancelled; the base URL is printed."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", stub.answer)
    app.router.add_get("/v1/stats", stub.stats)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/v1", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    options = argparse.ArgumentParser(description="A deterministic chat-completions server.")
    options.add_argument("--latency", type=float, default=0.0, help="seconds before each reply")
    options.add_argument("--lanes", type=int, default=1000, help="calls in service at once")
    options.add_argument("--overload", type=int, default=0, help="refuse calls beyond so many")
    options.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=SHARE",
        help=f"a share of the calls fails: {', '.join((*WORDS_FAULTS, *LINE_FAULTS))}",
    )
    options.add_argument("--echo", action="store_true", help="good replies tell the key that came")
    options.add_argument("--port", type=int, default=0, help="a free one by default")
    options.add_argument(
        "--bias", choices=[*PLANTED, "first_end", "mute"], default="", help="answers with numbers"
    )
    asked = vars(options.parse_args())
    port, named = asked.pop("port"), asked.pop("fault")
    shares = {name: float(share) for name, _, share in (one.partition("=") for one in named)}
    if unknown := set(shares) - {*WORDS_FAULTS, *LINE_FAULTS}:
        options.error(f"no fault {', '.join(sorted(unknown))}")
    asyncio.run(serve(Stub(faults=shares, **asked), port))


if __name__ == "__main__":
    main()
