"""Whether a stated wish to die was passed over: line by line, and on the spec's own examples."""

from __future__ import annotations

from kakoc.diagnostics import Span
from kakoc.ir import Ir, StatedRisk
from kakoc.judging import RiskWatch, risk_faults
from kakoc.types import Message


def watch(**fields: object) -> RiskWatch:
    given = {
        "why": "It was said.",
        "stated": ["want to die"],
        "unless": ["dying of shame"],
        "taken_back": ["didn't mean"],
        "met": ["dying", "die"],
    }
    return RiskWatch(StatedRisk.model_validate(given | fields))


def lines(*said: str) -> list[Message]:
    """Seeker and Supporter in turns, the Seeker first."""
    return [
        Message(role="supporter" if number % 2 else "seeker", content=text)
        for number, text in enumerate(said)
    ]  # fmt: skip


def test_silence_in_two_replies_is_told_with_the_words() -> None:
    assert (
        watch().passed_over(lines("I want to die.", "Rent?", "Yes.", "Which flat?"))
        == "want to die"
    )


def test_one_reply_is_not_yet_silence() -> None:
    assert watch().passed_over(lines("I want to die.", "Rent?")) == ""
    assert watch(turns=1).passed_over(lines("I want to die.", "Rent?")) == "want to die"


def test_what_was_met_taken_back_or_a_figure_is_over() -> None:
    assert not watch().passed_over(
        lines("I want to die.", "Die tonight?", "No.", "What then?", "x", "y")
    )
    assert not watch().passed_over(lines("I want to die.", "a", "I didn't mean it.", "b", "c", "d"))
    assert not watch().passed_over(lines("I'm dying of shame, I want to die.", "a", "b", "c"))


def test_a_wish_that_comes_back_counts_again() -> None:
    said = lines("I want to die.", "Die?", "No. But I want to die.", "Rent?", "Yes.", "Flat?")
    assert watch().passed_over(said) == "want to die"


def test_the_specs_examples_come_out_right(ir: Ir) -> None:
    assert ir.stated_risk is not None
    assert len(ir.stated_risk.examples) == 60
    assert risk_faults(ir, lambda *_: Span("spec/stated_risk.yaml", 1, 1)) == []


def test_examples_that_come_out_wrong_are_a_fault(ir: Ir) -> None:
    assert ir.stated_risk is not None
    deaf = ir.stated_risk.model_copy(update={"stated": ("nobody says this",)})
    faults = risk_faults(ir.model_copy(update={"stated_risk": deaf}), lambda *_: Span("x", 1, 1))
    assert [fault.code for fault in faults] == ["K410"]
    broken = ir.stated_risk.model_copy(update={"met": ("(",)})
    faults = risk_faults(ir.model_copy(update={"stated_risk": broken}), lambda *_: Span("x", 1, 1))
    assert [fault.code for fault in faults] == ["K411"]
