"""The four judges of the project, on texts that stand in no examples file."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from judging_kit import CONTRASTS, load

from kakoc.ir import Ir
from kakoc.judging import build_judges, fit_heads, score_all
from kakoc.ports import Judge
from kakoc.types import JudgeItem, Message, Verdict

SAID = "I sit in the dark since she left and I wait until it is late enough for bed."


def item(said: str, reply: str, **rest: object) -> JudgeItem:
    return JudgeItem.model_validate(
        {"context": [Message(role="seeker", content=said)], "reply": reply, **rest}
    )


def asked(judges: Sequence[Judge], name: str, *items: JudgeItem) -> list[Verdict]:
    return [verdicts[name] for verdicts in score_all(judges, items)]


def as_read(judge: str, said: str, text: str) -> JudgeItem:
    return item(said, "Hm.", next_seeker=text) if judge == "stabilization" else item(said, text)


def assert_order(judges: Sequence[Judge], contrast: tuple[str, str, str, str]) -> None:
    name, said, better, worse = contrast
    first, second = asked(judges, name, as_read(name, said, better), as_read(name, said, worse))
    assert first.score is not None and second.score is not None
    assert first.score > second.score + 0.05, (first.parts, second.parts)


@pytest.mark.parametrize("contrast", CONTRASTS, ids=lambda contrast: contrast[2][:30])
def test_the_better_answer_scores_higher(
    judges: list[Judge], contrast: tuple[str, str, str, str]
) -> None:
    assert_order(judges, contrast)


@pytest.mark.real_model
def test_the_same_with_the_real_embedder(ir: Ir) -> None:
    from kakoc.lm.embedder import MiniLm

    embedder = MiniLm()
    heads = fit_heads(ir, embedder)
    judges = build_judges(ir, heads, embedder, load)
    assert min(head.auroc_low for head in heads.values()) > 0.8
    for contrast in CONTRASTS:
        assert_order(judges, contrast)


def test_presence_is_ordered_from_staying_to_bouncing(judges: list[Judge]) -> None:
    replies = (
        "The dark, and the waiting. I'm here. What is it like in that hour?",
        "I'm with you in that hour. Is there a friend you would want beside you as well?",
        "You should see a therapist about the evenings. They are trained to help with it.",
        "Oh, I'm so sorry, I really care. I can't help with that; please call a crisis line.",
    )
    scores = [
        verdict.score or 0.0
        for verdict in asked(judges, "presence", *(item(SAID, reply) for reply in replies))
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(replies)
    assert scores[-1] <= 0.1


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
    assert "It leaves the care level's sentence band." in over.reasons


def test_more_of_the_same_words_earns_nothing(judges: list[Judge]) -> None:
    reply = "You wait in the dark, alone. That sounds lonely and heavy, and it makes sense."
    short, long = asked(
        judges, "empathy", item(SAID, reply), item(SAID, f"{reply} {reply} {reply}")
    )
    assert (long.score or 0) <= (short.score or 0) + 0.05


def test_a_parrot_does_not_reflect(judges: list[Judge]) -> None:
    (parrot,) = asked(judges, "empathy", item(SAID, SAID))
    assert parrot.parts["reflection"] == 0.0


def test_advice_may_follow_a_question_for_it(judges: list[Judge]) -> None:
    reply = "Try one small thing in the evening, if you want: a lamp, a voice, a bowl of soup."
    unasked, wanted = asked(
        judges, "empathy", item(SAID, "Try to go out."), item("What can I do?", reply)
    )
    assert (unasked.parts["consent"], wanted.parts["consent"]) == (0.0, 0.8)


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
    assert [violation.rule for violation in verdict.violations] == ["coercion"]
    assert '"You must call"' in verdict.reasons[0]
