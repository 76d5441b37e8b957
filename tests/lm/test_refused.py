"""A provider that refuses: its own state, journalled like any reply, never a text."""

from __future__ import annotations

from pathlib import Path

import dspy
import pytest
from dspy.lm15 import Message, RefusalPart, Request, Response, Usage

from kakoc.lm import Journal
from kakoc.lm.journaled import Desk, JournaledEngine
from kakoc.ports import Meter
from kakoc.run.draw import refusal_of


class RefusingEngine:
    def __init__(self) -> None:
        self.calls = 0

    def complete(self, request: Request) -> Response:
        self.calls += 1
        return Response(
            id=None,
            model=request.model,
            message=Message.assistant([RefusalPart("I will not write this.")]),
            finish_reason="content_filter",
            usage=Usage(input_tokens=5, output_tokens=5),
        )


def test_a_refusal_is_its_own_state_and_is_not_paid_twice(tmp_path: Path) -> None:
    engine = RefusingEngine()
    with Journal(tmp_path / "journal.sqlite") as journal:
        desk = Desk("scripted/model", journal, Meter())
        lm = dspy.LM(
            "scripted/model", cache=False, num_retries=0, engine=JournaledEngine(engine, desk)
        )
        for _ in range(2):
            with dspy.context(lm=lm), pytest.raises(dspy.utils.exceptions.DSPyError) as caught:
                dspy.Predict("question -> answer")(question="Anything?")
            refused = refusal_of(caught.value)
            assert refused.reason == "refused by the provider"
            assert refused.raw == "I will not write this."
            assert not refused.failed
    assert engine.calls == 1
