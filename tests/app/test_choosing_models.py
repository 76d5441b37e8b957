"""Which model plays which role, and which base URL may see a key."""

from __future__ import annotations

import pytest

from kakoc.app.models import choose_models, concurrency
from kakoc.errors import ModelError
from kakoc.ir import Ir, ModelSpec
from kakoc.lm import LmConfig

HERE = "http://127.0.0.1:1/v1"
ELSEWHERE = "http://127.0.0.1:2/v1"


@pytest.fixture
def with_key(ir: Ir) -> Ir:
    """The project's spec, and a model `hosted` that needs a key."""
    hosted = ModelSpec(
        name="hosted", engine="http", model="m", api_base=HERE, api_key_env="SOME_KEY"
    )
    models = ir.models.model_copy(update={"models": (*ir.models.models, hosted)})
    return ir.model_copy(update={"models": models})


def names(chosen: dict[str, LmConfig]) -> dict[str, str]:
    return {role: config.name for role, config in chosen.items()}


def test_the_spec_decides(ir: Ir) -> None:
    assert names(choose_models(ir)) == dict(ir.models.roles)


def test_the_command_line_wins_and_later_choices_win(ir: Ir) -> None:
    chosen = choose_models(ir, ["local-server", "seeker=smollm2", "supporter=http/big"], HERE)
    assert names(chosen) == {
        "persona": "local-server",
        "seeker": "smollm2",
        "supporter": "http/big",
    }
    assert (chosen["supporter"].engine, chosen["supporter"].model) == ("http", "big")


def test_a_path_of_a_model_file_is_a_name(ir: Ir) -> None:
    chosen = choose_models(ir, ["embedded/models/some.gguf"])["seeker"]
    assert (chosen.engine, chosen.model) == ("embedded", "models/some.gguf")


@pytest.mark.parametrize(
    ("choice", "message", "hint"),
    [
        ("smollm3", "no model 'smollm3'", "in spec/models.yaml: smollm2"),
        ("judge=smollm2", "'judge' is no role", "roles: persona, seeker, supporter"),
        ("http/big", "model http/big has no base URL", "give --api-base"),
    ],
)
def test_a_name_that_means_nothing_is_refused(ir: Ir, choice: str, message: str, hint: str) -> None:
    with pytest.raises(ModelError, match=message) as refused:
        choose_models(ir, [choice])
    assert refused.value.hint.startswith(hint)


def test_a_key_stays_with_its_own_base(with_key: Ir) -> None:
    assert choose_models(with_key, ["hosted"])["seeker"].api_key_env == "SOME_KEY"
    assert choose_models(with_key, ["hosted"], HERE)["seeker"].api_key_env == "SOME_KEY"
    moved = choose_models(with_key, ["hosted"], ELSEWHERE)["seeker"]
    assert (moved.api_base, moved.api_key_env) == (ELSEWHERE, None)


def test_conversations_at_once_follow_the_smallest_model(ir: Ir) -> None:
    embedded = choose_models(ir, ["smollm2"])["seeker"]
    exact = choose_models(ir, ["smollm2-deterministic"])["seeker"]
    server = choose_models(ir, ["local-server"])["seeker"]
    assert concurrency([embedded, server]) == embedded.slots // 2
    assert concurrency([exact, server]) == 1
    assert concurrency([server]) == server.concurrency


def test_a_base_url_without_an_http_model_is_refused(ir: Ir) -> None:
    for choices in ((), ("smollm2",)):
        with pytest.raises(ModelError, match="no http model"):
            choose_models(ir, choices, HERE)


def test_a_base_url_moves_only_the_roles_that_were_named(ir: Ir) -> None:
    found = choose_models(ir, ("seeker=local-server", "supporter=local-server"), HERE)
    assert found["seeker"].api_base == found["supporter"].api_base == HERE
    assert found["persona"].api_base is None
