"""litellm: imported by the first call only, one attempt inside, no look-ups of prices."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

OPEN = """
import sys
from kakoc.lm import LmConfig, open_lm
from kakoc.ports import Meter
config = LmConfig("x", "litellm", "openai/stub-model", api_base={base!r}, api_key_env="STUB_KEY")
lm = open_lm(config, None, Meter())
print("litellm" in sys.modules)
"""
CALL = """
import os
from dspy.lm15 import Config, Message, Request
request = Request(model=lm.model, messages=(Message.user("hi"),), config=Config(seed=5))
print(lm(request).text, os.environ["LITELLM_LOCAL_MODEL_COST_MAP"])
"""


def run(code: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("STUB_KEY", "sk-stub")
    monkeypatch.delenv("LITELLM_LOCAL_MODEL_COST_MAP", raising=False)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split("\n")[:-1]


def test_opening_does_not_import_litellm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(OPEN.format(base="http://127.0.0.1:9/v1"), monkeypatch) == ["False"]


@pytest.mark.slow
def test_a_call_goes_through_litellm(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(OPEN.format(base=stub.base) + CALL, monkeypatch) == ["False", "hello True"]
    assert (stub.bodies[0]["model"], stub.bodies[0]["seed"]) == ("stub-model", 5)
    assert stub.headers[0]["Authorization"] == "Bearer sk-stub"


@pytest.mark.slow
def test_a_key_that_nobody_named_stays_here(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-place")
    unnamed = OPEN.format(base=stub.base).replace(', api_key_env="STUB_KEY"', "")
    assert run(unnamed + CALL, monkeypatch) == ["False", "hello True"]
    assert "another-place" not in str(stub.headers[0])
