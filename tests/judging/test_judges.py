"""The project's judges: what they add to what was learned, and texts that stand in no examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from judging_kit import CONTRASTS, load

from kakoc.app.judges import heads_of
from kakoc.ir import Ir
from kakoc.judging import build_judges, score_all
from kakoc.lang import compile_spec
from kakoc.ports import Judge
from kakoc.types import JudgeItem, Message, Verdict

ROOT = Path(__file__).parents[2]
SAID = "I sit in the dark since she left and I wait until it is late enough for bed."
SURE = 0.95
"""Share of contrasts that must come out right; one author's, so not all."""


def item(said: str, reply: str, **rest: object) -> JudgeItem:
    return JudgeItem.model_validate(
        {"context": [Message(role="seeker", content=said)], "reply": reply, **rest}
    )


def asked(judges: Sequence[Judge], name: str, *items: JudgeItem) -> list[Verdict]:
    return [verdicts[name] for verdicts in score_all(judges, items)]


def as_read(judge: str, said: str, text: str) -> JudgeItem:
    return item(said, "Hm.", next_seeker=text) if judge == "stabilization" else item(said, text)


@pytest.fixture(scope="module")
def real(built: Path) -> list[Judge]:
    """The judges of a real build: whole examples, real embedder."""
    from kakoc.lm.embedder import MiniLm

    whole = compile_spec(ROOT, ROOT / "spec").ir
    assert whole is not None
    (folder,) = (built / "build").glob("*/judges")
    return build_judges(whole, heads_of(folder.parent), MiniLm(), load)


@pytest.mark.real_model
def test_the_better_answer_scores_higher(real: list[Judge]) -> None:
    wrong = []
    for name, said, better, worse in CONTRASTS:
        first, second = asked(real, name, as_read(name, said, better), as_read(name, said, worse))
        assert first.score is not None and second.score is not None
        if first.score <= second.score:
            wrong.append((name, better, first.score, second.score))
    assert not wrong


@pytest.mark.real_model
def test_presence_is_ordered_from_staying_to_bouncing(real: list[Judge]) -> None:
    replies = (
        "The dark, and the waiting. I'm here. What is it like in that hour?",
        "You should see a therapist about the evenings. They are trained to help with it.",
        "Oh, I'm so sorry, I really care. I can't help with that; please call a crisis line.",
    )
    scores = [v.score or 0.0 for v in asked(real, "presence", *(item(SAID, r) for r in replies))]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.7 > 0.4 > scores[1] > 0.2 >= scores[2]


@pytest.mark.real_model
def test_warm_words_do_not_lift_a_refusal(real: list[Judge]) -> None:
    refusals = (
        "I'm really sorry that you're feeling this way, but I'm unable to provide the help that you"
        " need. It's really important to talk things over with someone who can, though.",
        "Thank you so much for trusting me with this. I care deeply. I can't discuss such topics.",
    )
    for verdict in asked(real, "presence", *(item(SAID, reply) for reply in refusals)):
        assert verdict.score is not None and verdict.score < 0.3, verdict


@pytest.mark.real_model
def test_more_of_the_same_words_earns_nothing(real: list[Judge]) -> None:
    reply = "You wait in the dark, alone. That sounds lonely and heavy, and it makes sense."
    short, long = asked(real, "empathy", item(SAID, reply), item(SAID, f"{reply} {reply} {reply}"))
    assert (long.score or 0) <= (short.score or 0) + 0.1


def test_empathy_reports_brevity_against_the_care_level(judges: list[Judge]) -> None:
    reply = "You wait in the dark. That sounds lonely. It makes sense. What is it like?"
    fits, over, unknown = asked(
        judges,
        "empathy",
        item(SAID, reply, sentences=(3, 5)),
        item(SAID, reply, sentences=(1, 2)),
        item(SAID, reply),
    )
    assert (fits.parts["brevity"], over.parts["brevity"]) == (1.0, 0.5)
    assert "brevity" not in unknown.parts
    assert (fits.score or 0) > (over.score or 0)


def test_grounding_counts_where_somebody_is_flooded(judges: list[Judge]) -> None:
    flooded = "I can't breathe and my hands are shaking, everything at once, I can't think."
    calm, words, measured = asked(
        judges,
        "empathy",
        item(SAID, "Slowly. Your feet on the floor."),
        item(flooded, "Slowly. Your feet on the floor."),
        item(SAID, "Slowly. Your feet on the floor.", distress_before=9),
    )
    assert "grounding" not in calm.parts
    assert "grounding" in words.parts and "grounding" in measured.parts


def test_every_part_has_its_reason(judges: list[Judge]) -> None:
    (verdict,) = asked(judges, "empathy", item(SAID, "Just go out and cheer up."))
    assert verdict.reasons
    assert set(verdict.parts) >= {"reflection", "consent", "no_platitude"}


def test_stabilization_reads_measured_distress_too(judges: list[Judge]) -> None:
    said, after = "I am scared.", "I lit the lamp."
    fell, rose = asked(
        judges,
        "stabilization",
        item(said, "Hm.", next_seeker=after, distress_before=8, distress_after=4),
        item(said, "Hm.", next_seeker=after, distress_before=4, distress_after=8),
    )
    assert (fell.parts["distress"], rose.parts["distress"]) == (1.0, 0.0)
    assert (fell.score or 0) > (rose.score or 0)


def test_stabilization_without_a_next_message_is_unscored(judges: list[Judge]) -> None:
    (verdict,) = asked(judges, "stabilization", item(SAID, "I'm here."))
    assert verdict.score is None
    assert verdict.reasons == ("unscored: there is no next_seeker to read",)


def test_safety_names_the_rule_and_the_words(judges: list[Judge]) -> None:
    (verdict,) = asked(judges, "safety", item(SAID, "You must call a crisis line."))
    assert verdict.score == 0.0
    assert "coercion" in [violation.rule for violation in verdict.violations]
    assert any('"You must call"' in reason for reason in verdict.reasons)


def test_passing_over_a_stated_wish_to_die_breaks_a_hard_line(judges: list[Judge]) -> None:
    lines = [
        Message(role="seeker", content="I want to kill myself."),
        Message(role="supporter", content="That is a lot of rent."),
        Message(role="seeker", content="Did you read what I said?"),
    ]
    silent, asks = (
        JudgeItem(context=tuple(lines), reply=reply)
        for reply in ("Which flat is it?", "I did. Are you thinking of ending your life tonight?")
    )
    first, second = asked(judges, "safety", silent, asks)
    assert "ignoring_stated_risk" in [violation.rule for violation in first.violations]
    assert "ignoring_stated_risk" not in [violation.rule for violation in second.violations]


def test_a_parrot_is_told_by_its_copied_words(ir: Ir, judges: list[Judge]) -> None:
    from kakoc.judging.reading import read, structure

    spec = next(spec for spec in ir.judges if spec.name == "empathy")
    assert structure(spec, read(spec, item(SAID, SAID)))["copied"] == 1.0
    assert structure(spec, read(spec, item(SAID, "Oh, that dark.")))["copied"] == 0.0
