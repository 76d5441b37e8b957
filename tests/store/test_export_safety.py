"""What crossed a hard line: `exclude` leaves nowhere, `lose` only where it was rejected."""

from __future__ import annotations

from pathlib import Path

import pytest
from export_kit import (
    CARELESS,
    SECRET,
    all_rows,
    crossed,
    everything,
    export,
    make_run,
    pair,
    persona,
    rows_of,
    said,
    side,
    talk,
    turn,
    variant,
)

from kakoc.store.export import FORMS, Guard
from kakoc.store.export.guard import Kind, worst
from kakoc.store.runs import RunFolder
from kakoc.types import Conversation, Pair, Role, Verdict

HAS_REJECTED = {"trl": "rejected", "kto": "completion", "parquet": "rejected_text"}


def check(text: str, role: Role) -> Kind | None:
    """As the rules of a spec would."""
    return "exclude" if SECRET in text else "lose" if CARELESS in text else None


def unsafe_talk(text: str, kind: str) -> Conversation:
    """The text is a variant of the first turn, as a run would have kept it at worst."""
    bad = variant(0.2, text, violations=crossed(kind))
    return talk("cairo", [turn(1, [bad, variant(0.5), variant(0.8)]), turn(2)])


def chosen_talk(text: str, kind: str) -> Conversation:
    """The conversation went on with the text: only others' data do that."""
    bad = variant(0.8, text, violations=crossed(kind))
    return talk("cairo", [turn(1, [variant(0.2), bad]), turn(2)])


def unsafe_pairs(text: str, kind: str) -> list[Pair]:
    lost = side(0.2, text, violations=(f"{kind}_rule",))
    return [pair("cairo", 1, side(0.8), lost), pair("cairo", 1, side(0.8), side(0.5))]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [unsafe_talk, chosen_talk])
def test_what_a_run_recorded_as_exclude_leaves_nowhere(
    tmp_path: Path, form: str, make: object
) -> None:
    talks = [make(SECRET, "exclude"), talk("lima")]  # type: ignore[operator]
    heard = pair("cairo", 2, side(0.8), side(0.2))
    prompt = (*heard.prompt[:-1], {"role": "assistant", "content": SECRET}, heard.prompt[-1])
    told = heard.model_copy(update={"prompt": prompt})
    run = make_run(tmp_path, talks, [*unsafe_pairs(SECRET, "exclude"), told])
    export(run, form, tmp_path / "out", with_thoughts=True)
    assert SECRET not in everything(tmp_path / "out")


@pytest.mark.parametrize("form", FORMS)
def test_what_only_the_rules_know_as_exclude_leaves_nowhere(tmp_path: Path, form: str) -> None:
    """Imported data were never drawn past the rules: every text of theirs is read."""
    spoken = said(f"Is it {SECRET}?")
    after = variant(0.8, next_seeker=spoken)
    talks = [
        talk("cairo", [turn(1, [variant(0.2, SECRET), after]), turn(2, seeker=spoken)]),
        talk("lima", context={"turns": [{"style": f"as {SECRET}"}]}),
        talk("oslo"),
    ]
    pairs = [
        pair("cairo", 1, side(0.8), side(0.2, SECRET)),
        pair("cairo", 2, side(0.8), side(0.2), prompt=({"role": "user", "content": SECRET},)),
        pair("cairo", 2, side(0.8), side(0.5)),
    ]
    people = [persona("cairo", notes={"words": [f"Once {SECRET}"]}), persona("lima")]
    run = make_run(tmp_path, talks, pairs, people)
    export(run, form, tmp_path / "out", guard=Guard(check), with_thoughts=True)
    assert SECRET not in everything(tmp_path / "out")
    assert any(all_rows(tmp_path / "out"))


@pytest.mark.parametrize("form", ["trl", "kto", "parquet"])
def test_a_careless_text_may_be_the_rejected_side_with_its_rule(tmp_path: Path, form: str) -> None:
    run = make_run(tmp_path, [unsafe_talk(CARELESS, "lose")], unsafe_pairs(CARELESS, "lose"))
    export(run, form, tmp_path / "out", guard=Guard(check))
    (row,) = [row for row in all_rows(tmp_path / "out") if CARELESS in str(row)]
    assert CARELESS in str(row[HAS_REJECTED[form]])
    assert not row.get("label")
    assert (row.get("rejected_violations") or row.get("violations")) == ["lose_rule"]


@pytest.mark.parametrize("form", ["sft", "jsonl"])
@pytest.mark.parametrize("make", [unsafe_talk, chosen_talk])
def test_a_careless_text_stands_in_no_conversation(tmp_path: Path, form: str, make: object) -> None:
    talks = [make(CARELESS, "lose"), talk("lima")]  # type: ignore[operator]
    export(make_run(tmp_path, talks), form, tmp_path / "out")
    assert CARELESS not in everything(tmp_path / "out")


def test_a_careless_text_is_never_the_better_one(tmp_path: Path) -> None:
    won = side(0.8, CARELESS)
    marked = side(0.8, violations=("lose_rule",))
    pairs = [
        pair("cairo", 1, won, side(0.2)),
        pair("cairo", 2, marked, side(0.2)),
        pair("lima", 1, side(0.8), side(0.2)),
    ]
    run = make_run(tmp_path, pairs=pairs)
    manifest = export(run, "trl", tmp_path / "out", guard=Guard(check))
    assert [row["city"] for row in rows_of(tmp_path / "out" / "preference.jsonl")] == ["lima"]
    assert manifest["tables"]["preference"]["left_out"] == {"a text crossed a hard line": 2}


def test_a_blank_variant_still_counts_and_says_why(tmp_path: Path) -> None:
    bad = variant(0.2, SECRET, violations=crossed("exclude"), reason="hard line exclude_rule")
    run = make_run(tmp_path, [talk("cairo", [turn(1, [bad, variant(0.8)])])])
    export(run, "jsonl", tmp_path / "out")
    (row,) = rows_of(tmp_path / "out" / "conversations.jsonl")
    (blank, kept) = row["turns"][0]["variants"]
    assert (blank["text"], blank["status"]) == ("", "rejected")
    assert blank["reason"] == "hard line exclude_rule"
    assert blank["violations"] == [{"rule": "exclude_rule", "kind": "exclude"}]
    assert [verdict["reasons"] for verdict in blank["verdicts"]] == [[]]
    assert (kept["text"], kept["status"]) == ("A reply at 0.8.", "ok")


def test_what_a_judge_found_counts_like_what_a_rule_found(tmp_path: Path) -> None:
    told = {"safety": Verdict(judge="safety", violations=crossed("exclude"))}
    run = make_run(tmp_path, [talk("cairo", [turn(1, [variant(0.8, SECRET, verdicts=told)])])])
    export(run, "jsonl", tmp_path / "out")
    assert SECRET not in everything(tmp_path / "out")


def test_no_server_is_named_by_a_reason(tmp_path: Path) -> None:
    reason = "no answer from http://127.0.0.1:9/v1 in 3 s"
    lost = variant(0.2, status="failed", reason=reason)
    run = make_run(tmp_path, [talk("cairo", [turn(1, [lost, variant(0.8)])], ended=reason)])
    export(run, "jsonl", tmp_path / "out")
    (row,) = rows_of(tmp_path / "out" / "conversations.jsonl")
    hidden = "no answer from [address] in 3 s"
    assert row["ended"] == row["turns"][0]["variants"][0]["reason"] == hidden


def test_a_run_without_lines_keeps_every_text(tmp_path: Path) -> None:
    run: RunFolder = make_run(tmp_path)
    export(run, "jsonl", tmp_path / "out", guard=Guard(check))
    told = [
        v["text"] for r in all_rows(tmp_path / "out") for t in r["turns"] for v in t["variants"]
    ]
    assert len(told) == 18 and all(told)


def test_the_worse_of_two_kinds_counts() -> None:
    assert worst(["lose", "exclude"]) == "exclude"
    assert worst(["lose"]) == "lose"
    assert worst([]) is None
