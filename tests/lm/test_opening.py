"""From settings to a `dspy.LM`: identities, offline use, shared servers, light imports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dspy
import pytest
from dspy.lm15 import Request

from kakoc.errors import ModelError, ProviderError
from kakoc.lm import Journal, LmConfig, journal_identity, model_string, open_lm
from kakoc.lm.embedded import ServerSettings, shared_server
from kakoc.ports import Meter

SMOL = LmConfig("default", "embedded", "smollm2-135m")
Ask = Callable[..., Request]


def test_the_model_string_of_a_local_model_has_its_hash(cache: Path) -> None:
    assert model_string(SMOL) == "embedded/smollm2-135m@b179c952"
    assert model_string(LmConfig("x", "http", "big", api_base="http://h/v1")) == "http/big"
    assert model_string(LmConfig("x", "litellm", "anthropic/c")) == "litellm/anthropic/c"


@pytest.mark.parametrize(
    "changed",
    [{"deterministic": True}, {"context": 2048}, {"engine": "litellm"}],
)
def test_settings_that_change_the_output_change_the_identity(changed: dict[str, Any]) -> None:
    assert journal_identity(replace(SMOL, **changed)) != journal_identity(SMOL)


@pytest.mark.parametrize("changed", [{"slots": 2}, {"threads": 1}, {"name": "other"}])
def test_settings_that_change_the_speed_do_not(changed: dict[str, Any]) -> None:
    assert journal_identity(replace(SMOL, **changed)) == journal_identity(SMOL)


def test_the_same_name_at_another_address_is_another_model() -> None:
    here = LmConfig("x", "http", "m", api_base="http://here/v1")
    assert journal_identity(here) == journal_identity(replace(here, api_base="http://here/v1/"))
    assert journal_identity(here) != journal_identity(replace(here, api_base="http://there/v1"))


def test_offline_needs_neither_model_nor_server_nor_key(
    cache: Path, tmp_path: Path, ask: Ask
) -> None:
    remote = LmConfig("x", "http", "m", api_base="http://h/v1", api_key_env="MISSING_KEY")
    with Journal(tmp_path / "j.sqlite") as journal:
        for config in (SMOL, remote):
            lm = open_lm(config, journal, Meter(), offline=True)
            with pytest.raises(dspy.LMError, match="offline"):
                lm(ask("hi", model=lm.model))
    assert not cache.exists()


def test_a_stub_answers_once_and_the_journal_after_that(
    stub: Any, tmp_path: Path, ask: Ask, closing: None
) -> None:
    config, meter = LmConfig("x", "http", "m", api_base=stub.base), Meter()
    with Journal(tmp_path / "j.sqlite") as journal:
        texts = [open_lm(config, journal, meter)(ask("hi", model="http/m")).text for _ in "ab"]
    assert texts == ["hello", "hello"]
    assert (len(stub.bodies), meter.calls, meter.hits) == (1, 1, 1)


def test_a_context_that_the_model_cannot_hold_is_refused(cache: Path) -> None:
    with pytest.raises(ModelError, match="8192 tokens"):
        open_lm(replace(SMOL, context=9000), None, Meter())


def test_equal_settings_share_one_server(tmp_path: Path, closing: None) -> None:
    settings = ServerSettings.of(tmp_path / "m.gguf", 4, 512, None, False)
    assert shared_server(settings) is shared_server(replace(settings))
    assert shared_server(settings) is not shared_server(replace(settings, context=1024))


def test_deterministic_means_one_slot(tmp_path: Path) -> None:
    assert ServerSettings.of(tmp_path, 4, 512, None, True).slots == 1
    assert ServerSettings.of(tmp_path, 4, 512, 3, False).threads == 3
    assert ServerSettings.of(tmp_path, 4, 512, None, False).threads >= 1


def test_a_file_that_cannot_be_loaded_is_named(
    cache: Path, tmp_path: Path, ask: Ask, closing: None
) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF and nothing else")
    lm = open_lm(replace(SMOL, model=str(path)), None, Meter())
    with pytest.raises(dspy.LMConfigurationError, match=r"cannot load broken\.gguf"):
        lm(ask("hi", model=lm.model))


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = ["aiohttp", "dspy", "litellm", "numpy", "sentence_transformers", "torch", "xllamacpp"]
    code = f"import sys, kakoc.lm; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "base", ["http://me:secret@127.0.0.1:1/v1", "http://127.0.0.1:1/v1?key=secret"]
)
def test_a_secret_in_a_base_url_is_refused_before_it_is_written_anywhere(base: str) -> None:
    with pytest.raises(ProviderError, match="holds a user, a password or a query") as caught:
        LmConfig("m", "http", "x", api_base=base)
    assert "secret" not in str(caught.value)
