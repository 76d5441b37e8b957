"""A script for an environment without kakoc: loads a build's program and asks each role once.

Takes the build's folder and a file of JSON; prints JSON. A scripted model answers with the least
that the grammar allows.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import dspy
from dspy.lm15 import Message, Request, Response, TextPart, Usage


class Scripted:
    """An engine that remembers what it was told."""

    supports_response_schema = True
    supported_params = frozenset({"temperature", "max_tokens", "top_p", "response_format"})

    def __init__(self) -> None:
        self.told: list[str] = []

    def complete(self, request: Request) -> Response:
        messages = [request.system, *(message.parts for message in request.messages)]
        self.told = [text_of(parts) for parts in messages]
        grammar = request.config.response_format
        text = json.dumps(least(grammar["schema"])) if grammar else "text"
        return Response(
            id=None,
            model=request.model,
            message=Message.assistant([TextPart(text)]),
            finish_reason="stop",
            usage=Usage(input_tokens=1, output_tokens=1),
        )


def text_of(parts: Any) -> str:
    return parts if isinstance(parts, str) else "".join(part.text for part in parts)


def least(schema: dict[str, Any]) -> Any:
    """A small value of a closed schema."""
    match schema["type"]:
        case "object":
            return {name: least(sub) for name, sub in schema["properties"].items()}
        case "string":
            return "text"
        case "integer":
            return schema["minimum"]
        case "boolean":
            return False
    raise NotImplementedError(schema)


def place(card: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        card = card[name]
    card[path[-1]] = value


def main(build: str, task: str) -> None:
    given = json.loads(Path(task).read_text(encoding="utf-8"))
    sys.path.append(build)
    program, card = importlib.import_module(given["package"]), given["card"]
    engine = Scripted()
    lm = dspy.LM("scripted/model", engine=engine, cache=False, num_retries=0)
    roles, said = program.load(), {}
    turns = {
        "persona": {},
        "seeker": {"message": "Hello.", "disclosure": "Say little.", "topic": ""},
        "supporter": {"message": "Hello.", "care": "Be brief."},
    }
    with dspy.context(lm=lm, adapter=program.LeanAdapter()):
        for name, turn in turns.items():
            answer = roles[name].ask(card, **turn)
            plain = answer if isinstance(answer, str) else answer.model_dump()
            said[name] = {"answer": plain, "told": engine.told}
            if name == "persona":
                for path in given["prose"]:
                    place(card, path, plain[path[-1]])
    dspy.LM = lambda name: lm
    names = {"card": card}
    exec(given["example"], names)
    kakoc = importlib.util.find_spec("kakoc")
    print(json.dumps({**said, "example": names["reply"], "kakoc": kakoc and kakoc.origin}))


main(*sys.argv[1:])
