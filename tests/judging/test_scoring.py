"""Asking many judges: unscored verdicts with reasons, one question an item, the memo."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from judging_kit import HashEmbedder, load

from kakoc.errors import JudgeError
from kakoc.ir import Ir
from kakoc.judging import Head, SharedEmbedder, build_judges, score_all
from kakoc.types import JudgeItem, Message, Verdict


class Scripted:
    """A judge whose answer is a function of the items; counts what it was asked."""

    name = "scripted"
    timeout: float | None = None

    def __init__(self, answer: Callable[[Sequence[JudgeItem]], list[Verdict]]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def judge(self, items: Sequence[JudgeItem]) -> list[Verdict]:
        self.asked += [item.reply for item in items]
        return self.answer(items)


class DictMemo:
    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def recall(self, key: str) -> Any | None:
        return self.kept.get(key)

    def remember(self, key: str, value: Any) -> None:
        self.kept[key] = value


def item(reply: str, language: str = "en") -> JudgeItem:
    context = (Message(role="seeker", content="I am tired."),)
    return JudgeItem(context=context, reply=reply, language=language)


def half(items: Sequence[JudgeItem]) -> list[Verdict]:
    return [Verdict(judge="scripted", score=0.5) for _ in items]


def fails_on_bad(items: Sequence[JudgeItem]) -> list[Verdict]:
    if any(item.reply == "bad" for item in items):
        raise RuntimeError("a text that must not be logged")
    return half(items)


def test_a_judge_that_raises_costs_only_the_item_it_raises_on() -> None:
    good, bad = score_all([Scripted(fails_on_bad)], [item("good"), item("bad")])
    assert good["scripted"].score == 0.5
    assert bad["scripted"].score is None
    assert bad["scripted"].reasons == ("unscored: the judge raised RuntimeError",)


def test_a_judge_that_hangs_is_left_behind() -> None:
    hang = threading.Event()
    judge = Scripted(lambda items: hang.wait(30) and [])
    judge.timeout = 0.05
    begun = time.monotonic()
    (verdicts,) = score_all([judge], [item("good")])
    hang.set()
    assert time.monotonic() - begun < 5
    assert verdicts["scripted"].reasons == ("unscored: no verdict within 0.05 s",)


def test_a_wrong_number_of_verdicts_is_unscored() -> None:
    (verdicts,) = score_all([Scripted(lambda items: [])], [item("good")])
    assert verdicts["scripted"].score is None
    assert "0 verdicts for 1 items" in verdicts["scripted"].reasons[0]


def test_a_score_that_is_no_number_is_unscored() -> None:
    nan = Scripted(lambda items: [Verdict(judge="scripted", score=float("nan")) for _ in items])
    (verdicts,) = score_all([nan], [item("good")])
    assert verdicts["scripted"].score is None


def test_a_language_that_is_not_declared_is_unscored(ir: Ir, heads: dict[str, Head]) -> None:
    judges = build_judges(ir, heads, HashEmbedder(), load)
    german, british = score_all(judges, [item("Ich bin da.", "de"), item("I'm here.", "en-GB")])
    assert all(verdict.score is None for verdict in german.values())
    assert german["safety"].reasons == ("unscored: language `de` is not declared",)
    assert british["empathy"].score is not None


def test_equal_items_are_judged_once() -> None:
    judge = Scripted(half)
    assert len(score_all([judge], [item("a"), item("b"), item("a")])) == 3
    assert judge.asked == ["a", "b"]


def test_the_memo_answers_before_the_judge() -> None:
    memo, judge = DictMemo(), Scripted(half)
    first = score_all([judge], [item("a")], memo)
    assert score_all([judge], [item("a"), item("b")], memo)[0] == first[0]
    assert judge.asked == ["a", "b"]


def test_an_unscored_verdict_is_remembered_so_that_a_replay_is_the_same() -> None:
    memo, judge = DictMemo(), Scripted(fails_on_bad)
    first = score_all([judge], [item("bad")], memo)
    assert score_all([judge], [item("bad")], memo) == first
    assert judge.asked == ["bad"]


def test_another_head_is_another_judge_to_the_memo(ir: Ir, heads: dict[str, Head]) -> None:
    def identities(known: dict[str, Head]) -> list[str]:
        return [judge.identity for judge in build_judges(ir, known, HashEmbedder(), load)]

    changed = heads | {"empathy": heads["empathy"].model_copy(update={"examples": 9})}
    before, after = identities(heads), identities(changed)
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, True, True, True, True]


def test_verdicts_of_other_code_are_not_taken_for_a_judges_own(
    ir: Ir, heads: dict[str, Head]
) -> None:
    def identities(code: str) -> set[str]:
        return {j.identity for j in build_judges(ir, heads, HashEmbedder(), load, code)}

    assert identities("then") == identities("then")
    assert not identities("then") & identities("now")


def test_each_text_is_embedded_once_for_all_judges(ir: Ir, heads: dict[str, Head]) -> None:
    embedder = HashEmbedder()
    score_all(build_judges(ir, heads, embedder, load), [item("Oh."), item("So tired.")])
    # As texts, and as the sentences that they are; by any number of judges.
    assert set(embedder.embedded) == {"", "I am tired.", "Oh.", "So tired."}
    assert max(Counter(embedder.embedded).values()) == 2


def test_the_shared_embedder_keeps_order_and_forgets_when_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kakoc.judging.build.REMEMBERED", 2)
    inner = HashEmbedder()
    shared = SharedEmbedder(inner)
    texts = ["a b", "c", "a b", "d e"]
    assert (shared.embed(texts) == HashEmbedder().embed(texts)).all()
    assert (shared.embed(["c"]) == HashEmbedder().embed(["c"])).all()


def test_a_class_that_cannot_be_built_is_named(ir: Ir) -> None:
    def fails(use: str) -> type:
        raise KeyError(use)

    with pytest.raises(JudgeError, match=r"judge `empathy` \(modules.judges:Empathy\): KeyError"):
        build_judges(ir, {}, HashEmbedder(), fails)


def test_a_class_that_is_no_judge_is_named(ir: Ir) -> None:
    class NoJudge:
        def __init__(self, context: object) -> None:
            pass

    with pytest.raises(JudgeError, match="has no `name` and `judge"):
        build_judges(ir, {}, HashEmbedder(), lambda use: NoJudge)
