"""Guards: what is drawn again and why, and near misses that must pass."""

from __future__ import annotations

import pytest

from kakoc.run.guards import Surroundings, finished, refuse

AROUND = Surroundings(
    last="My brother left on Sunday and the flat has been quiet ever since then.",
    own=["I count the tiles at night.", "I do not know."],
    prompt="Stay with the person and help them feel steadier.\nI lie there and count what I owe.",
    never=("how can i help", "i'm here to listen"),
    echo_overlap=0.5,
)

REFUSED = [
    ("", "empty"),
    ("   \n", "empty"),
    ("Hm.", "empty"),
    ("...", "empty"),
    ("I lie awake and then", "cut off"),
    ("I lie awake,", "cut off"),
    ("I live in {current_city} now.", "placeholder"),
    ("My name is [name].", "placeholder"),
    ("I am tired.<|im_end|> Yes.", "placeholder"),
    ("```I am tired.", "placeholder"),
    ("I am tired.\\nYes I am.", "placeholder"),
    ('{"message": "I am tired."', "placeholder"),
    ('["I am tired."]. Yes it is.', "placeholder"),
    ("Supporter: I am with you.", "label"),
    ("  assistant : I am with you.", "label"),
    ("Please stay with the person and help them feel it.", "repeats its instructions"),
    ("Then I lie there and count, what I owe.", "repeats its instructions"),
    ("How can I help you today?", "out of its role"),
    ("Of course. I’m here to listen, always.", "out of its role"),
    ("My brother left on Sunday and the flat has been quiet.", "echoes"),
    ("It rains again. It rains again!", "says a sentence twice"),
    ("Well, yes. I count the tiles at night.", "repeats what it said before"),
    ("I do not know.", "repeats what it said before"),
]

PASSES = [
    "I know.",
    "Why?  Who asks?",
    'He said "Go."',
    "It was (as always) too late.)",
    "“I am tired.”",
    "I slept 3.5 hours.",
    "At 3 (or 4) I wake up.",
    "I said: nobody comes.",
    "My message: nobody comes.",
    "I saw 2 < 3 crosses.",
    "We stay with the person and hope.",
    "How can I helplessly watch this?",
    "I listen to how can openers help.",
    "My brother left on Sunday, and I have not opened the curtains in three days.",
    "It rains again. It rains again today.",
    "I count the tiles at night and the steps by day.",
    "나는 너무 피곤해요.",
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in (refuse(text, AROUND) or "")


@pytest.mark.parametrize("text", PASSES)
def test_near_misses_pass(text: str) -> None:
    assert refuse(text, AROUND) is None


def test_the_share_that_is_an_echo_is_the_specs() -> None:
    text = "The flat has been quiet ever since then, and I hear the clock of the neighbours."
    assert refuse(text, AROUND) is None
    strict = Surroundings(last=AROUND.last, echo_overlap=0.3)
    assert refuse(text, strict) == "echoes the message it answers"


def test_nothing_around_refuses_nothing() -> None:
    assert refuse("My brother left on Sunday.", Surroundings()) is None


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("I am tired. I lie awake and", None, "I am tired."),
        ("I am tired. And you? No!", 2, "I am tired. And you?"),
        ("I am tired.", 3, "I am tired."),
        ("no end at all", None, "no end at all"),
        ("  Spaces around.  ", 1, "Spaces around."),
        ("I slept 3.5 hours. And then", None, "I slept 3.5 hours."),
        ("It was 10.30 at night when", None, "It was 10.30 at night when"),
        ('He said "I am tired." Then he', None, 'He said "I am tired."'),
        ("“Go,” he said. “I am tired.”", None, "“Go,” he said. “I am tired.”"),
        ("I can sleep. (A little.) But", 2, "I can sleep. (A little.)"),
        ("Really?! Yes... No", None, "Really?! Yes..."),
        ("我很累。我睡不着。因为", 1, "我很累。"),
        ("मैं थक गया हूँ। और", None, "मैं थक गया हूँ।"),
        ("", 1, ""),
    ],
)
def test_a_text_is_finished_at_the_end_of_a_sentence(
    text: str, most: int | None, kept: str
) -> None:
    assert finished(text, most) == kept
    assert finished(kept, most) == kept
