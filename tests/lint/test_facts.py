"""What words contradict a card, and what they may say."""

from __future__ import annotations

import copy

import pytest

from kakoc.ir import Ir
from kakoc.lint.facts import FactBook, Facts, contradiction
from kakoc.plan import sample


@pytest.fixture(scope="module")
def facts(ir: Ir) -> Facts:
    card = copy.deepcopy(sample(ir, 1)[0].card)
    card["birth_context"]["year"] = 1985
    card["current_socio_demographics"] |= {"age": 39, "partnership": "has no partner"}
    return FactBook(ir).facts(card)


def test_a_true_sentence_contradicts_nothing(facts: Facts) -> None:
    for text in (
        "I am 39 years old and I have carried this for two years.",
        f"Since {facts.born + 20} nothing has been easy.",
        "I was eight years old when my father left.",
        "On Monday my neighbour knocked and I did not open.",
        "I'm not twenty any more.",
    ):
        assert contradiction(text, facts) is None, text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I am 52 years old and tired.", "age 52"),
        ("I'm forty-one, and I never asked anyone.", "age 41"),
        ("She is a 60-year-old woman with debts.", "age 60"),
        ("I have lived in this flat for 87 years.", "number 87"),
        ("It began in 1901.", "number 1901"),
        ("In Timbuktu nobody knows, and in Reykjavik neither.", "Reykjavik"),
        ("My husband does not speak to me.", "my husband"),
        ("Last week, when Margaret came, I hid.", "Margaret"),
    ],
)
def test_a_contradiction_is_found_and_named(facts: Facts, text: str, reason: str) -> None:
    found = contradiction(text, facts)
    assert found is not None
    assert reason in found
