"""The lean adapter: what a model is really told, and how its answers are read."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

import dspy
import pytest
from dspy.utils.exceptions import AdapterParseError
from emit_kit import Package
from scripted import Asked, Scripted

from kakoc.emit.runtime.adapter import LeanAdapter, token_bound
from kakoc.ir import Ir

SAID = '{"thought": "Hm.", "message": "I am tired.", "distress": 6, "ready_to_close": false}'


def ask(package: Package, role: str, reply: str, *args: Any, **turn: Any) -> tuple[Any, Asked]:
    """The role's answer, and what the model saw."""
    scripted = Scripted(lambda asked: reply)
    with dspy.context(lm=scripted.lm, adapter=package.module.LeanAdapter()):
        answer = package.roles[role].ask(*args, **turn)
    (asked,) = scripted.asked
    return answer, asked


def supporter(package: Package, card: dict[str, Any], care: str) -> Asked:
    history = [{"turn": "First words.", "reply": "First answer."}]
    return ask(package, "supporter", "I hear you.", card, history, message="More.", care=care)[1]


def test_the_system_message_is_the_instructions_and_the_facts(
    package: Package, card: dict[str, Any]
) -> None:
    system = supporter(package, card, "Be brief.").messages[0]
    city = card["current_socio_demographics"]["current_location"]["city"]
    instructions = package.signature("supporter").instructions
    assert system["role"] == "system"
    assert system["content"].startswith(f"{instructions}\n\n")
    assert city in system["content"].removeprefix(instructions)
    assert "{" not in system["content"]


def test_demos_and_history_are_chat_turns_before_the_last_message(
    package: Package, ir: Ir, card: dict[str, Any]
) -> None:
    messages = supporter(package, card, "Be brief.").messages
    demos = ir.roles["supporter"].demos
    expected = [text for demo in demos for text in (demo.user, demo.assistant["reply"])]
    expected += ["First words.", "First answer.", "More.\n(Be brief.)"]
    assert [message["content"] for message in messages[1:]] == expected
    roles = [message["role"] for message in messages[1:]]
    assert roles == ["user", "assistant"] * (len(demos) + 1) + ["user"]


def test_the_variants_of_a_turn_share_everything_before_the_care_line(
    package: Package, ir: Ir, card: dict[str, Any]
) -> None:
    guidance = [" ".join(line.text for line in level.guidance) for level in ir.care_levels]
    texts = [supporter(package, card, care).text for care in guidance]
    same = takewhile(lambda chars: len(set(chars)) == 1, zip(*texts, strict=False))
    common = "".join(chars[0] for chars in same)
    for text, care in zip(texts, guidance, strict=True):
        assert text == f"{text[: text.rindex(f'({care}')]}({care})"
        assert common.startswith(text[: text.rindex(f"({care}")])


def test_demos_with_structured_answers_are_sent_as_json(
    package: Package, ir: Ir, card: dict[str, Any]
) -> None:
    said, asked = ask(package, "seeker", SAID, card, lines=["Begin."])
    demo = package.types.SeekerTurn.model_validate_json(asked.messages[2]["content"])
    assert demo.model_dump() == ir.roles["seeker"].demos[0].assistant
    assert said == package.types.SeekerTurn.model_validate_json(SAID)


def test_a_structured_answer_is_asked_for_by_grammar_and_by_its_bound(
    package: Package, card: dict[str, Any]
) -> None:
    schema = package.output_schema("seeker")
    settings = ask(package, "seeker", SAID, card, lines=["Begin."])[1].settings
    sent = settings["response_format"]["json_schema"]["schema"]
    assert sent["properties"].keys() == schema["properties"].keys()
    assert (
        sent["properties"]["message"]["maxLength"] == schema["properties"]["message"]["maxLength"]
    )
    assert settings["max_tokens"] == token_bound(schema)


def test_a_text_answer_has_no_grammar_and_keeps_the_callers_settings(
    package: Package, ir: Ir, card: dict[str, Any]
) -> None:
    config = {"max_tokens": 33, "seed": 7, "temperature": 0.25}
    turn = {"message": "More.", "care": "Be brief.", "config": config}
    settings = ask(package, "supporter", "I hear you.", card, **turn)[1].settings
    assert "response_format" not in settings
    assert config.items() <= settings.items()
    assert settings["stop"] == list(ir.roles["supporter"].decoding.stop or ())


class Answer(dspy.Signature):
    """Two values."""

    question: str = dspy.InputField()
    yes: bool = dspy.OutputField()
    words: list[str] = dspy.OutputField()


def test_values_are_named_where_there_are_several() -> None:
    two = dspy.Signature("a, b -> c")
    messages = LeanAdapter().format(two, [{"a": 1, "b": "x", "c": "y"}], {"a": ["p"], "b": None})
    assert [message["content"] for message in messages[1:]] == ["a: 1\nb: x", "y", 'a: ["p"]']


@pytest.mark.parametrize(
    ("signature", "completion", "value"),
    [
        ("question -> reply", "  I hear you. \n", {"reply": "I hear you."}),
        ("question -> reply", "", {"reply": ""}),
        ("question -> count: int", "41", {"count": 41}),
        (Answer, '{"yes": true, "words": ["a"]}', {"yes": True, "words": ["a"]}),
    ],
)
def test_answers_are_read(signature: Any, completion: str, value: dict[str, Any]) -> None:
    assert LeanAdapter().parse(dspy.ensure_signature(signature), completion) == value


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "yes",
        "[]",
        "null",
        '{"yes": true}',
        '{"yes": "perhaps", "words": []}',
        '{"yes": true, "wor',
    ],
)
def test_garbage_is_a_parse_error_that_keeps_the_text(completion: str) -> None:
    with pytest.raises(AdapterParseError) as caught:
        LeanAdapter().parse(Answer, completion)
    assert caught.value.lm_response == completion


@pytest.mark.parametrize(
    "changed",
    [{"distress": 11}, {"message": ""}, {"message": "x" * 5000}, {"mood": "low"}],
)
def test_a_seeker_turn_outside_of_its_type_is_a_parse_error(
    package: Package, changed: dict[str, Any]
) -> None:
    with pytest.raises(AdapterParseError):
        LeanAdapter().parse(
            package.signature("seeker"), json.dumps({**json.loads(SAID), **changed})
        )
